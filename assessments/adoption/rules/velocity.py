"""How long a capability takes from its start to its release, and whether that grows from year to year (A6).

>>> releases = [Release("a", date(2024, 1, 1), date(2024, 1, 29)), Release("b", date(2026, 1, 5), date(2026, 3, 2))]
>>> [(year.year, year.median_weeks) for year in yearly(releases)], slowdown(yearly(releases))
([(2024, 4.0), (2026, 8.0)], 2.0)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median
from typing import NamedTuple

FEATURE_TAX = 2.0


class Release(NamedTuple):
    """A capability that was shipped."""

    name: str
    started_on: date
    released_on: date

    @property
    def weeks(self) -> float:
        """From the start to the release."""
        return (self.released_on - self.started_on).days / 7


class YearMedian(NamedTuple):
    """What was released in a year, and the median weeks it took."""

    year: int
    releases: int
    median_weeks: float


def yearly(releases: Iterable[Release]) -> list[YearMedian]:
    """The median of each year in which something was released, oldest first."""
    weeks: dict[int, list[float]] = {}
    for release in releases:
        weeks.setdefault(release.released_on.year, []).append(release.weeks)
    return [YearMedian(year, len(values), median(values)) for year, values in sorted(weeks.items())]


def slowdown(years: Sequence[YearMedian]) -> float | None:
    """The newest year's median as a multiple of the first year's; None before there are two years to compare."""
    if len(years) < 2 or not years[0].median_weeks:
        return None
    return years[-1].median_weeks / years[0].median_weeks


def has_feature_tax(years: Sequence[YearMedian]) -> bool:
    """Whether shipping takes twice as long as in the first year, or longer."""
    times = slowdown(years)
    return times is not None and times >= FEATURE_TAX
