"""What fixing the cause of each type of ticket would remove, against two targets: half the tickets, half the hours (K6).

>>> before = [Volume("access", 50, 60.0), Volume("how_to", 30, 30.0), Volume("bug", 20, 10.0)]
>>> after = simulate(before, {"access": 0.9, "how_to": 0.5})
>>> after.tickets.after, after.tickets.smallest_levers, after.hours.smallest_levers
(40.0, ['access', 'how_to'], ['access'])
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from assessments.tickets.rules.tickets import TicketType

TARGET_SHARE = 0.5
ROUNDING = 1e-9  # of all hours: a half missed by float rounding alone counts as reached
CEILINGS = {
    str(TicketType.ACCESS): 0.9,
    str(TicketType.HOW_TO): 0.8,
    str(TicketType.FEATURE_REQUEST): 0.5,
    str(TicketType.BUG): 0.3,
    str(TicketType.OTHER): 0.2,
}
FIXES = {
    str(TicketType.ACCESS): "A provisioning flow: teams get access, quotas and namespaces themselves, within limits.",
    str(TicketType.HOW_TO): "A runnable example for each of the questions asked most.",
    str(TicketType.FEATURE_REQUEST): "An escape-hatch catalogue: what teams may build beside the platform, and how.",
    str(TicketType.BUG): "A fix at the cause of the failures that come back most, with a test.",
    str(TicketType.OTHER): "Labels first: what is unsorted has no single cause to fix.",
}


class Volume(NamedTuple):
    """What one type costs in a window: tickets, and engineering hours."""

    type: str
    tickets: int
    hours: float


class Target(NamedTuple):
    """One amount before and after the cuts, and its target of half.

    ``halved`` is None where there is nothing to halve. ``smallest_levers`` is the fewest types that halve it when each is
    cut as far as its ceiling, the strongest first: None where all of them together do not.
    """

    before: float
    after: float
    halved: bool | None
    smallest_levers: list[str] | None


class Simulation(NamedTuple):
    """Tickets and engineering hours, each against its target, with the ceilings and the fix behind each lever.

    ``above_ceiling`` names the types that are cut further than their ceiling.
    """

    tickets: Target
    hours: Target
    ceilings: dict[str, float]
    fixes: dict[str, str]
    above_ceiling: list[str]
    levers_as_cut: list[str] | None

    def as_dict(self) -> dict[str, Any]:
        """As the API gives it: with the fields of before there were two targets, which are about hours."""
        return {
            "tickets": self.tickets._asdict(),
            "hours": self.hours._asdict(),
            "ceilings": self.ceilings,
            "fixes": self.fixes,
            "above_ceiling": self.above_ceiling,
            "tickets_before": int(self.tickets.before),
            "tickets_after": self.tickets.after,
            "hours_before": self.hours.before,
            "hours_after": self.hours.after,
            "reaches_half": self.hours.halved,
            "smallest_levers": self.levers_as_cut,
        }


def simulate(
    volumes: Sequence[Volume], reductions: Mapping[str, float], ceilings: Mapping[str, float] | None = None
) -> Simulation:
    """What is left when the share 0..1 of each type named in ``reductions`` no longer arrives.

    ``ceilings`` replaces the shares 0..1 that fixing a type can remove at most, for the types it names.
    """
    highest = CEILINGS | dict(ceilings or {})
    hours = {volume.type: volume.hours for volume in volumes}
    tickets: dict[str, float] = {volume.type: volume.tickets for volume in volumes}
    return Simulation(
        _target(tickets, reductions, highest),
        _target(hours, reductions, highest),
        highest,
        FIXES,
        [kind for kind, share in reductions.items() if share > highest.get(kind, 1.0) + ROUNDING],
        smallest_levers(hours, reductions),
    )


def smallest_levers(amounts: Mapping[str, float], shares: Mapping[str, float]) -> list[str] | None:
    """The fewest types that remove half of all amounts when each is cut by its share; None where all do not suffice.

    Of as few, those with the higher shares, since they are easier to automate; the strongest stands first.
    """
    total = math.fsum(amounts.values())
    if not total:
        return None
    removed = {kind: amount * shares.get(kind, 0.0) for kind, amount in amounts.items()}
    target = total * (TARGET_SHARE - ROUNDING)

    def worth(chosen: Iterable[str]) -> tuple[float, float]:
        kinds = list(chosen)
        return math.fsum(shares[kind] for kind in kinds), math.fsum(removed[kind] for kind in kinds)

    useful = sorted(kind for kind in removed if removed[kind])
    for count in range(1, len(useful) + 1):
        reaching = [some for some in combinations(useful, count) if worth(some)[1] >= target]
        if reaching:
            return sorted(max(reaching, key=worth), key=lambda kind: (-removed[kind], kind))
    return None


def _target(amounts: Mapping[str, float], reductions: Mapping[str, float], ceilings: Mapping[str, float]) -> Target:
    before = math.fsum(amounts.values())
    after = math.fsum(amount * (1.0 - reductions.get(kind, 0.0)) for kind, amount in amounts.items())
    halved = after <= before * (TARGET_SHARE + ROUNDING) if before else None
    return Target(before, after, halved, smallest_levers(amounts, ceilings))
