"""What halves the platform team's tickets, said for the lead who reads one sentence (K6).

>>> found = halving([Volume("access", 40, 60.0), Volume("how_to", 30, 30.0), Volume("bug", 5, 10.0)])
>>> found.eaters, found.levers
(['access', 'how_to', 'bug'], ['access', 'how_to'])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assessments.tickets.rules.simulator import Volume, smallest_levers

TYPICAL = 0.8  # of a type that self-service takes over; what is left are the cases that it does not know
MOST_EATERS = 3


class Halving(NamedTuple):
    """The three types that take the most hours, their share 0..1 of all, and the fewest that halve the hours.

    ``levers`` is None where taking ``typical`` of every type does not halve them, or where no hours are known.
    """

    eaters: list[str]
    share: float | None
    levers: list[str] | None
    typical: float = TYPICAL


def halving(volumes: Sequence[Volume]) -> Halving:
    """Which kinds of work eat the team, and which of them, mostly automated, halve it."""
    ordered = sorted((volume for volume in volumes if volume.hours), key=lambda one: (-one.hours, one.type))
    total, top = sum(one.hours for one in ordered), ordered[:MOST_EATERS]
    return Halving(
        [one.type for one in top],
        sum(one.hours for one in top) / total if total else None,
        smallest_levers(volumes, {volume.type: TYPICAL for volume in volumes}),
    )
