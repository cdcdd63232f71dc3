"""One statistic of one column over the windows, as it was judged and as it is stored.

Stored are columns of numbers, not one object for each window: a check of 306 days would otherwise hold half a megabyte.

>>> points = tuple(Point(f"2024-01-0{day}", 500, value, 0.1, value > 0.1, value > 0.1) for day, value in [(1, 0.02), (2, 0.2)])
>>> series = Series("psi", points, calibrated=False)
>>> unpacked(series.packed())["points"][1]["alarm"], series.trend
(True, None)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from registry.compute.kinds.drift import packing
from registry.compute.kinds.drift.periods import Period, periods

RISES = 4
NEAR_ITS_LIMIT = 0.5


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
        }

    def packed(self) -> dict[str, Any]:
        """As JSON, small: values and limits keep three digits; alarms are stored where they are not the windows above."""
        count = len(self.points)
        above = [place for place, point in enumerate(self.points) if point.above]
        alarms = [place for place, point in enumerate(self.points) if point.alarm]
        return self.as_dict() | {
            "windows": packing.ranges([point.window for point in self.points]),
            "rows": packing.packed([point.rows for point in self.points], packing.WHOLE),
            "values": packing.packed([point.value for point in self.points], packing.HALF),
            "limits": packing.packed([point.limit for point in self.points], packing.HALF),
            "above": packing.packed_places(above, count),
            **({"alarms": packing.packed_places(alarms, count)} if alarms != above else {}),
        }


def unpacked(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored series with its ``points``, one object for each window."""
    if "points" in stored:
        return dict(stored)
    above = set(packing.unpacked_places(stored["above"]))
    alarmed = set(packing.unpacked_places(stored["alarms"])) if "alarms" in stored else above
    numbers = (packing.unpacked(stored[name]) for name in ("rows", "values", "limits"))
    whole = enumerate(zip(packing.days(stored["windows"]), *numbers, strict=True))
    points = [
        Point(day, rows, value, limit, place in above, place in alarmed)._asdict()
        for place, (day, rows, value, limit) in whole
    ]
    packed = ("windows", "rows", "values", "limits", "above", "alarms")
    series = {name: value for name, value in stored.items() if name not in packed}
    return series | {"points": points, "periods": [period._asdict() for period in periods(points)]}


def with_points(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a column's finding with its series unpacked."""
    if "series" not in content:
        return dict(content)
    first = content["series"][0].get("rows") if content["series"] else None
    return dict(content) | {
        "series": [unpacked({"rows": first} | series if first else series) for series in content["series"]]
    }


def stored(several: Sequence[Series]) -> list[dict[str, Any]]:
    """The series of one column, packed: rows that are those of the first are named once."""
    first, *others = [series.packed() for series in several] or [{}]
    shared = [
        {name: value for name, value in series.items() if (name, value) != ("rows", first["rows"])} for series in others
    ]
    return [first, *shared] if first else []
