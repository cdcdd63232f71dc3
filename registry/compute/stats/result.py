"""What a statistic is once it is computed, and the words for how a comparison ends.

A value that does not exist is None and says why; it never becomes a number that looks like good news.

>>> Statistic("psi", 0.2, Kind.DISTANCE, Direction.HIGHER_IS_WORSE).against(0.1).alarm
True
>>> Statistic("psi", None, Kind.DISTANCE, Direction.HIGHER_IS_WORSE, reason="No rows.").against(0.1).alarm is None
True
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a comparison ends. Only ``passed`` is green."""

    PASSED = "passed"
    FAILED = "failed"
    DRIFTED = "drifted"
    NOT_ENOUGH_DATA = "not_enough_data"
    BLIND = "blind"  # of a column: it was looked at and could not have alarmed
    NOT_DETERMINISTIC = "not_deterministic"
    NOT_APPLICABLE = "not_applicable"
    ERRORED = "errored"

    @property
    def is_green(self) -> bool:
        return self is Outcome.PASSED


class Kind(StrEnum):
    """What sort of number a statistic is."""

    DISTANCE = "distance"
    P_VALUE = "p_value"
    SHARE = "share"
    CHANGE = "change"
    TEST_STATISTIC = "test_statistic"


class Direction(StrEnum):
    """Which way a statistic gets worse."""

    HIGHER_IS_WORSE = "higher_is_worse"
    LOWER_IS_WORSE = "lower_is_worse"


@dataclass(frozen=True)
class Statistic:
    """One computed statistic.

    ``value`` is finite, or None with the ``reason``. ``unbounded``: the value does not exist because the sides are
    further apart than any number says, so every limit is passed. ``floor``: how far two samples of one population lie
    apart by chance; a limit below it is raised to it. ``alarm`` is None until a limit was applied, and stays None when
    there was nothing to hold against it.
    """

    name: str
    value: float | None
    kind: Kind
    direction: Direction
    reason: str = ""
    unbounded: bool = False
    limit: float | None = None
    alarm: bool | None = None
    floor: float | None = None

    @property
    def bar(self) -> float:
        """What it is held against: the limit, or the floor where that is higher; 0 without either."""
        return max(self.limit or 0.0, self.floor or 0.0)

    @property
    def is_raised(self) -> bool:
        """Whether its floor is above its limit."""
        return self.limit is not None and self.floor is not None and self.floor > self.limit

    def against(self, limit: float, floor: float | None = None) -> Statistic:
        """The same statistic with a limit and a floor applied: an alarm when it is worse than both, not when equal."""
        held = replace(self, limit=limit, floor=floor)
        return replace(held, alarm=self._is_worse_than(held.bar))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def _is_worse_than(self, limit: float) -> bool | None:
        if self.value is None:
            return limit < math.inf if self.unbounded else None
        if self.direction is Direction.LOWER_IS_WORSE:
            return self.value < limit
        return self.value > limit
