"""What would halve the platform team's hours, for the lead who reads one sentence (K6).

>>> found = halving([Volume("access", 40, 60.0), Volume("how_to", 30, 30.0), Volume("bug", 5, 10.0)])
>>> found.eaters, found.levers
(['access', 'how_to', 'bug'], ['access', 'how_to'])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assessments.tickets.rules.simulator import Volume, smallest_levers

TYPICAL = 0.8  # of a type that self-service takes over; what remains are the cases that it does not cover
MOST_EATERS = 3


class Halving(NamedTuple):
    """The three types that take the most hours, their share 0..1 of all, and the fewest that halve the hours.

    ``levers`` is None where cutting every type by ``typical`` does not halve them, or where no hours are known.
    """

    eaters: list[str]
    share: float | None
    levers: list[str] | None
    typical: float = TYPICAL


def halving(volumes: Sequence[Volume]) -> Halving:
    """Which types take the most hours, and which of them, mostly automated, would halve the hours."""
    ordered = sorted((volume for volume in volumes if volume.hours), key=lambda volume: (-volume.hours, volume.type))
    total, top = sum(volume.hours for volume in ordered), ordered[:MOST_EATERS]
    return Halving(
        [volume.type for volume in top],
        sum(volume.hours for volume in top) / total if total else None,
        smallest_levers(volumes, {volume.type: TYPICAL for volume in volumes}),
    )
