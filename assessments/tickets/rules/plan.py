"""What was planned for the tickets against what came, type by type and for a week (K6).

>>> [line] = compare([Volume("access", 40, 20.0)], 4, {"access": 0.5}, [Volume("access", 12, 6.0)], 2)
>>> line.tickets_before, line.tickets_planned, line.tickets_since
(10.0, 5.0, 6.0)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assessments.tickets.rules.simulator import Volume

LEAST_WEEKS = 1.0  # a shorter time tells no week


class Line(NamedTuple):
    """One type: tickets and engineering hours a week before, as planned, and since; None while less than a week passed."""

    type: str
    tickets_before: float
    tickets_planned: float
    tickets_since: float | None
    hours_before: float
    hours_planned: float
    hours_since: float | None

    @property
    def kept(self) -> bool | None:
        """Whether the hours came down as planned or further."""
        return None if self.hours_since is None else self.hours_since <= self.hours_planned


def compare(
    before: Sequence[Volume], weeks: float, reductions: Mapping[str, float], since: Sequence[Volume], weeks_since: float
) -> list[Line]:
    """Each type that was there before or came since, in the order of ``before``."""
    told = {one.type: one for one in before}
    came = {one.type: one for one in since}
    return [
        _line(kind, told.get(kind, Volume(kind, 0, 0.0)), weeks, reductions.get(kind, 0.0), came.get(kind), weeks_since)
        for kind in dict.fromkeys([*told, *came])
    ]


def _line(kind: str, before: Volume, weeks: float, reduction: float, came: Volume | None, weeks_since: float) -> Line:
    left, now = 1.0 - reduction, came or Volume(kind, 0, 0.0)
    known = weeks_since >= LEAST_WEEKS
    return Line(
        kind,
        before.tickets / weeks,
        left * before.tickets / weeks,
        now.tickets / weeks_since if known else None,
        before.hours / weeks,
        left * before.hours / weeks,
        now.hours / weeks_since if known else None,
    )
