"""What takes the platform team's time, and what would halve it, for the lead who reads one sentence (K6).

>>> said = halving([Volume("access", 40, 60.0), Volume("how_to", 30, 30.0), Volume("bug", 5, 10.0)])
>>> said.eaters, said.counted_in, said.tickets.levers, said.hours.levers
(['access', 'how_to', 'bug'], 'hours', ['access', 'how_to'], ['access'])
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from assessments.tickets.rules.simulator import CEILINGS, FIXES, Volume, smallest_levers

MOST_EATERS = 3
HOURS, TICKETS = "hours", "tickets"


class Lever(NamedTuple):
    """One type to fix at its cause: the share 0..1 that the fix can remove at most, and the fix."""

    type: str
    ceiling: float
    fix: str


class Half(NamedTuple):
    """The way to one target: the levers, each pulled to its ceiling, and the share 0..1 that they remove together.

    ``levers`` is None where all types together do not remove half, and where there is nothing to halve; ``removed`` is
    what all of them remove then, None where there is nothing.
    """

    levers: list[str] | None
    removed: float | None


class Halving(NamedTuple):
    """The three types that take the most, their share 0..1 of all, and the fewest levers for each of the two targets.

    ``counted_in`` is `hours`, or `tickets` where no hours are recorded.
    """

    eaters: list[str]
    share: float | None
    counted_in: str
    tickets: Half
    hours: Half
    ceilings: dict[str, float]

    @property
    def levers(self) -> list[Lever]:
        """Every lever that either target needs, the higher ceiling first."""
        kinds = {*(self.tickets.levers or ()), *(self.hours.levers or ())}
        by_ceiling = sorted(kinds, key=lambda kind: (-self.ceilings[kind], kind))
        return [Lever(kind, self.ceilings[kind], FIXES[kind]) for kind in by_ceiling]

    @property
    def as_query(self) -> str:
        """The levers at their ceilings, and ceilings that are not the usual ones, as the simulator's address takes them.

        >>> halving([Volume("access", 1, 1.0)]).as_query
        'access=90'
        """
        cuts = {lever.type: lever.ceiling for lever in self.levers}
        moved = {f"ceiling_{kind}": share for kind, share in self.ceilings.items() if share != CEILINGS[kind]}
        return urlencode({name: round(100 * share) for name, share in (cuts | moved).items()})


def halving(volumes: Sequence[Volume], ceilings: Mapping[str, float] | None = None) -> Halving:
    """Which types take the most, and which of them, fixed at the cause, would halve the tickets and the hours."""
    highest = CEILINGS | dict(ceilings or {})
    hours = {volume.type: volume.hours for volume in volumes}
    tickets: dict[str, float] = {volume.type: volume.tickets for volume in volumes}
    counted_in = HOURS if any(hours.values()) else TICKETS
    amounts = hours if counted_in == HOURS else tickets
    ordered = sorted((kind for kind, amount in amounts.items() if amount), key=lambda kind: (-amounts[kind], kind))
    total, top = math.fsum(amounts.values()), ordered[:MOST_EATERS]
    share = math.fsum(amounts[kind] for kind in top) / total if total else None
    return Halving(top, share, counted_in, _half(tickets, highest), _half(hours, highest), highest)


def _half(amounts: Mapping[str, float], ceilings: Mapping[str, float]) -> Half:
    total, levers = math.fsum(amounts.values()), smallest_levers(amounts, ceilings)
    pulled = amounts if levers is None else levers
    return Half(levers, math.fsum(amounts[kind] * ceilings[kind] for kind in pulled) / total if total else None)
