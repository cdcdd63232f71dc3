"""One statistic of one column over the windows, as it was judged and as it is stored.

Stored are columns of numbers, not one object for each window: a check of 306 days would otherwise hold half a megabyte.

>>> points = tuple(Point(f"2024-01-0{day}", 500, value, 0.1, value > 0.1, value > 0.1) for day, value in [(1, 0.02), (2, 0.2)])
>>> series = Series("psi", points, calibrated=False)
>>> unpacked(series.packed())["points"][1]["alarm"], series.trend
(True, None)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from registry.compute.kinds.drift.periods import Period, periods

RISES = 4
NEAR_ITS_LIMIT = 0.5
DIGITS = 4


class Point(NamedTuple):
    """One window: ``rows``: those that the statistic is measured on; ``value`` None where nothing can be said; ``limit``: what
    it was held against."""

    window: str
    rows: int
    value: float | None
    limit: float
    above: bool
    alarm: bool


class Trend(NamedTuple):
    """A statistic that rose in every one of the last ``windows`` windows, up to ``of_limit`` times its limit."""

    since: str
    windows: int
    of_limit: float

    @property
    def sentence(self) -> str:
        return f"It rose in each of the last {self.windows} windows, to {self.of_limit:.0%} of its limit."


@dataclass(frozen=True)
class Series:
    """``limit``: the fixed one, before chance raised it; None where it is the column's own. ``detectable``: the smallest planted
    change that would be seen. ``blind``: why it could not alarm. ``unusual``: the reference windows that are above the limit
    which the others give."""

    statistic: str
    points: tuple[Point, ...]
    calibrated: bool
    limit: float | None = None
    expected_alarms_a_week: float | None = None
    detectable: float | None = None
    blind: str = ""
    unusual: tuple[str, ...] = ()

    @property
    def alarms(self) -> list[Point]:
        """The windows that raised one."""
        return [point for point in self.points if point.alarm]

    @property
    def periods(self) -> list[Period]:
        """The alarms as periods."""
        return periods([point._asdict() for point in self.points])

    @property
    def trend(self) -> Trend | None:
        """A steady rise that has come near the limit; None without one."""
        judged = [point for point in self.points if point.value is not None]
        rises = 0
        for before, after in pairwise(judged):
            rises = rises + 1 if (after.value or 0.0) > (before.value or 0.0) else 0
        if rises < RISES:
            return None
        last = judged[-1]
        of_limit = (last.value or 0.0) / last.limit if last.limit else 0.0
        return Trend(judged[-rises].window, rises, of_limit) if NEAR_ITS_LIMIT <= of_limit <= 1 else None

    @property
    def detectable_shift(self) -> float | None:
        """The smallest shift that would be seen, in standard deviations; None for statistics that shift nothing."""
        return self.detectable if self.statistic == "wasserstein_normed" else None

    def as_dict(self) -> dict[str, Any]:
        return {
            "statistic": self.statistic,
            "calibrated": self.calibrated,
            "fixed_limit": self.limit,
            "expected_alarms_a_week": self.expected_alarms_a_week,
            "detectable": self.detectable,
            "detectable_shift": self.detectable_shift,
            "blind": self.blind,
            "trend": self.trend.sentence if self.trend else "",
            "unusual": list(self.unusual),
            "periods": [period._asdict() for period in self.periods],
        }

    def packed(self) -> dict[str, Any]:
        """As JSON, small."""
        return self.as_dict() | {
            "windows": _ranges([point.window for point in self.points]),
            "rows": _runs([point.rows for point in self.points]),
            "values": _runs([None if point.value is None else _short(point.value) for point in self.points]),
            "limits": _runs([_short(point.limit) for point in self.points]),
            "above": [place for place, point in enumerate(self.points) if point.above],
            "alarms": [place for place, point in enumerate(self.points) if point.alarm],
        }


def unpacked(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored series with its ``points``, one object for each window."""
    if "points" in stored:
        return dict(stored)
    above, alarmed = set(stored["above"]), set(stored["alarms"])
    numbers = (_each(stored[name]) for name in ("rows", "values", "limits"))
    whole = enumerate(zip(_days(stored["windows"]), *numbers, strict=True))
    points = [
        Point(day, rows, value, limit, place in above, place in alarmed)._asdict()
        for place, (day, rows, value, limit) in whole
    ]
    packed = ("windows", "rows", "values", "limits", "above", "alarms")
    return {name: value for name, value in stored.items() if name not in packed} | {"points": points}


def with_points(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a column's finding with its series unpacked."""
    if "series" not in content:
        return dict(content)
    return dict(content) | {"series": [unpacked(series) for series in content["series"]]}


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _ranges(days: Sequence[str]) -> list[list[Any]]:
    """Days as ``[first, step in days, how many]``, as long as the step is the same."""
    ranges: list[list[Any]] = []
    before: date | None = None
    for day in map(date.fromisoformat, days):
        step = (day - before).days if before else 0
        if ranges and (ranges[-1][2] == 1 or ranges[-1][1] == step):
            ranges[-1][1:] = [step, ranges[-1][2] + 1]
        else:
            ranges.append([day.isoformat(), 0, 1])
        before = day
    return ranges


def _days(ranges: Sequence[Sequence[Any]]) -> Iterator[str]:
    for first, step, count in ranges:
        for place in range(count):
            yield (date.fromisoformat(first) + timedelta(days=step * place)).isoformat()


def _runs(values: Sequence[float | None]) -> list[Any]:
    """Values as they are, but those that repeat as ``[value, how often in a row]``.

    >>> _runs([1, 2, 2, 2, None])
    [1, [2, 3], None]
    """
    grouped = ((value, sum(1 for _ in group)) for value, group in groupby(values))
    return [value if count == 1 else [value, count] for value, count in grouped]


def _each(runs: Sequence[Any]) -> Iterator[Any]:
    for run in runs:
        yield from [run[0]] * run[1] if isinstance(run, list) else [run]
