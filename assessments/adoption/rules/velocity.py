"""How long a capability takes from its start to its release, and whether that grows from year to year (A6).

>>> early = [Release(name, date(2024, 1, 1), date(2024, 1, 29)) for name in "abc"]
>>> late = [Release(name, date(2026, 1, 5), date(2026, 3, 2)) for name in "def"]
>>> [(year.year, year.median_weeks) for year in yearly(early + late)], slowdown(yearly(early + late))
([(2024, 4.0), (2026, 8.0)], 2.0)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median
from typing import NamedTuple

FEATURE_TAX = 2.0
ENOUGH_RELEASES = 3  # a year with fewer has no median worth comparing
QUARTER_WEEKS = 13


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


class Comparison(NamedTuple):
    """The first and the newest year with enough releases."""

    first: YearMedian
    newest: YearMedian

    @property
    def times(self) -> float:
        """The newest year's median as a multiple of the first year's."""
        return self.newest.median_weeks / self.first.median_weeks


def compared_years(years: Sequence[YearMedian]) -> Comparison | None:
    """The two years to compare; None while fewer than two have enough releases."""
    enough = [year for year in years if year.releases >= ENOUGH_RELEASES]
    return Comparison(enough[0], enough[-1]) if len(enough) >= 2 and enough[0].median_weeks else None


def why_not_compared(years: Sequence[YearMedian]) -> str:
    """What is missing to compare two years, with the figures.

    >>> why_not_compared([YearMedian(2024, 1, 4.0), YearMedian(2026, 3, 9.0)])
    'Two years with at least 3 releases are needed to compare; 2024 has 1, 2026 has 3.'
    """
    needed = f"Two years with at least {ENOUGH_RELEASES} releases are needed to compare"
    counts = ", ".join(f"{year.year} has {year.releases}" for year in years)
    return f"{needed}; {counts}." if counts else f"{needed}; no release is on record."


def slowdown(years: Sequence[YearMedian]) -> float | None:
    """The newest year's median as a multiple of the first year's; None where two years cannot be compared."""
    compared = compared_years(years)
    return compared.times if compared else None


def has_feature_tax(years: Sequence[YearMedian]) -> bool:
    """Whether shipping takes twice as long as in the first year, or longer."""
    times = slowdown(years)
    return times is not None and times >= FEATURE_TAX
