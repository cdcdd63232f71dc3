"""Alarms over windows, joined to periods, from the first window above the limit to the last.

Windows above the limit belong together while at most one within it lies between them; a period raised an alarm when any
of its windows did. So a storm of two days is one period, and its first day is part of it, though it alone raised none.

>>> points = [
...     {"window": f"2013-03-{day:02}", "value": value, "limit": 0.5, "above": value > 0.5, "alarm": day == 9}
...     for day, value in [(7, 0.1), (8, 1.7), (9, 0.6), (10, 0.1), (11, 0.1), (12, 0.9)]
... ]
>>> [period] = periods(points)
>>> period.dates, period.windows, (period.furthest, period.value)
('2013-03-08 to 2013-03-09', 2, ('2013-03-08', 1.7))
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

NEAR = 2  # as near as the windows of an alarm: two of three
Point = Mapping[str, Any]


class Period(NamedTuple):
    """``windows``: how many of them are above; ``furthest``: the window with the largest effect, its ``value`` None
    without bound."""

    first: str
    last: str
    windows: int
    furthest: str
    value: float | None
    limit: float

    @property
    def dates(self) -> str:
        """The first and the last window, once where they are one."""
        return self.first if self.first == self.last else f"{self.first} to {self.last}"


def periods(points: Sequence[Point]) -> list[Period]:
    """The periods of one statistic that raised an alarm, in their order."""
    return [_period(run) for run in _runs(points) if any(point["alarm"] for point in run)]


def together(by_column: Iterable[tuple[str, Sequence[Period]]]) -> list[dict[str, Any]]:
    """The periods of all columns, those that overlap as one: from, to, and the columns, the largest effect first."""
    every = sorted((period.first, period.last, name, _times(period)) for name, own in by_column for period in own)
    merged: list[dict[str, Any]] = []
    for first, last, name, times in every:
        if not merged or first > merged[-1]["last"]:
            merged.append({"first": first, "last": last, "columns": {}})
        into = merged[-1]
        into["last"] = max(into["last"], last)
        into["columns"][name] = max(times, into["columns"].get(name, 0.0))
    return [
        group | {"columns": sorted(group["columns"], key=lambda name: (-group["columns"][name], name))}
        for group in merged
    ]


def effect(point: Point) -> float:
    """How many times its limit a window is; infinite without bound."""
    return _ratio(point["value"], point["limit"])


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    above = [index for index, point in enumerate(points) if point["above"]]
    starts, number = {}, 0
    for before, index in zip([-NEAR - 1, *above], above, strict=False):
        number += index - before > NEAR
        starts[index] = number
    for _, run in groupby(above, key=starts.__getitem__):
        yield [points[index] for index in run]


def _period(run: Sequence[Point]) -> Period:
    worst = max(run, key=effect)
    return Period(run[0]["window"], run[-1]["window"], len(run), worst["window"], worst["value"], worst["limit"])


def _times(period: Period) -> float:
    return _ratio(period.value, period.limit)


def _ratio(value: float | None, limit: float) -> float:
    if value is None:
        return math.inf
    return value / limit if limit else math.inf if value > 0 else 0.0
