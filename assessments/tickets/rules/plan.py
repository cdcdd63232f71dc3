"""What was planned for the tickets against what happened, by type and per week (K6).

>>> [line] = compare([Volume("access", 40, 20.0)], 4, {"access": 0.5}, [Volume("access", 12, 6.0)], 2)
>>> line.tickets_before, line.tickets_planned, line.tickets_since
(10.0, 5.0, 6.0)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assessments.tickets.rules.simulator import Volume

LEAST_WEEKS = 1.0  # less than a week is too short to compare


class TypeOutcome(NamedTuple):
    """One type: tickets and engineering hours per week before, as planned, and since; None while less than a week passed."""

    type: str
    tickets_before: float
    tickets_planned: float
    tickets_since: float | None
    hours_before: float
    hours_planned: float
    hours_since: float | None

    @property
    def as_planned(self) -> bool | None:
        """Whether the hours fell as far as planned, or further; the tickets, where no hours were ever recorded."""
        if self.hours_since is None or self.tickets_since is None:
            return None
        if self.hours_before or self.hours_since:
            return self.hours_since <= self.hours_planned
        return self.tickets_since <= self.tickets_planned


def compare(
    before: Sequence[Volume], weeks: float, reductions: Mapping[str, float], since: Sequence[Volume], weeks_since: float
) -> list[TypeOutcome]:
    """Each type that occurred before or since, in the order of ``before``."""
    planned = {volume.type: volume for volume in before}
    came = {volume.type: volume for volume in since}
    return [
        _outcome(
            kind, planned.get(kind, Volume(kind, 0, 0.0)), weeks, reductions.get(kind, 0.0), came.get(kind), weeks_since
        )
        for kind in dict.fromkeys([*planned, *came])
    ]


def _outcome(
    kind: str, before: Volume, weeks: float, reduction: float, came: Volume | None, weeks_since: float
) -> TypeOutcome:
    left, now = 1.0 - reduction, came or Volume(kind, 0, 0.0)
    known = weeks_since >= LEAST_WEEKS
    return TypeOutcome(
        kind,
        before.tickets / weeks,
        left * before.tickets / weeks,
        now.tickets / weeks_since if known else None,
        before.hours / weeks,
        left * before.hours / weeks,
        now.hours / weeks_since if known else None,
    )
