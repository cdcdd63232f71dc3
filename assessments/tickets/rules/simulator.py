"""What automating each type of ticket would remove, compared with the target of half the hours (K6).

>>> before = [Volume("access", 50, 60.0), Volume("how_to", 30, 30.0), Volume("bug", 20, 10.0)]
>>> found = simulate(before, {"access": 0.9, "how_to": 0.5})
>>> found.hours_before, found.hours_after, found.reaches_half, found.smallest_levers
(100.0, 31.0, True, ['access'])
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

TARGET_SHARE = 0.5
ROUNDING = 1e-9  # of all hours: a half missed by float rounding alone counts as reached


class Volume(NamedTuple):
    """What one type costs in a window: tickets, and engineering hours."""

    type: str
    tickets: int
    hours: float


class Simulation(NamedTuple):
    """Tickets and engineering hours before and after, each lever pulled as far as its share says.

    ``reaches_half`` is about hours, None where no hours are known. ``smallest_levers`` is the fewest levers that reach
    the target, the strongest first: None where all of them together do not.
    """

    tickets_before: int
    tickets_after: float
    hours_before: float
    hours_after: float
    reaches_half: bool | None
    smallest_levers: list[str] | None


def simulate(volumes: Sequence[Volume], reductions: Mapping[str, float]) -> Simulation:
    """What is left when the share 0..1 of each type named in ``reductions`` no longer arrives."""
    left = {volume.type: 1.0 - reductions.get(volume.type, 0.0) for volume in volumes}
    hours = math.fsum(volume.hours for volume in volumes)
    levers = smallest_levers(volumes, reductions)
    return Simulation(
        tickets_before=sum(volume.tickets for volume in volumes),
        tickets_after=math.fsum(volume.tickets * left[volume.type] for volume in volumes),
        hours_before=hours,
        hours_after=math.fsum(volume.hours * left[volume.type] for volume in volumes),
        reaches_half=levers is not None if hours else None,
        smallest_levers=levers,
    )


def smallest_levers(volumes: Sequence[Volume], reductions: Mapping[str, float]) -> list[str] | None:
    """The fewest levers that remove half of the hours; None where none do, or no hours are known.

    Levers add up and do not touch each other, so the strongest first is exact: no other set of as many removes more.
    """
    total = math.fsum(volume.hours for volume in volumes)
    if not total:
        return None
    removed = sorted((-volume.hours * reductions.get(volume.type, 0.0), volume.type) for volume in volumes)
    target = total * (TARGET_SHARE - ROUNDING)
    for count in range(1, len(removed) + 1):
        if -math.fsum(hours for hours, _ in removed[:count]) >= target:
            return [kind for _, kind in removed[:count]]
    return None
