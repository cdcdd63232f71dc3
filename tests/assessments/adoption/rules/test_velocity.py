"""Weeks to release: hand-counted cases, and laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.adoption.rules.velocity import (
    Release,
    YearMedian,
    compared_years,
    has_feature_tax,
    slowdown,
    why_not_compared,
    yearly,
)


def release(year, weeks):
    day = date(year, 6, 1)
    return Release("one", day - timedelta(weeks=weeks), day)


def releases(year, weeks, count=3):
    return [release(year, weeks)] * count


def test_each_year_has_its_median():
    result = yearly([release(2026, 9), release(2024, 3), release(2024, 5), release(2026, 7), release(2026, 20)])
    assert result == [YearMedian(2024, 2, 4.0), YearMedian(2026, 3, 9.0)]
    assert slowdown(yearly([*releases(2024, 4), release(2026, 8), release(2026, 9), release(2026, 20)])) == 2.25


@pytest.mark.parametrize(("newest", "taxed"), [(4, False), (7, False), (8, True), (12, True)])
def test_twice_the_first_year_is_a_feature_tax(newest, taxed):
    rows = [*releases(2024, 4), *releases(2025, 40), *releases(2026, newest)]
    assert has_feature_tax(yearly(rows)) is taxed


@pytest.mark.parametrize(
    ("rows", "because"),
    [
        ([], "no release is on record"),
        (releases(2026, 4), "2026 has 3"),
        ([release(2024, 1), release(2026, 2)], "2024 has 1, 2026 has 1"),
        ([*releases(2024, 1), *releases(2026, 9, 2)], "2024 has 3, 2026 has 2"),
    ],
)
def test_without_two_years_of_three_releases_nothing_is_flagged_and_the_reason_has_the_counts(rows, because):
    years = yearly(rows)
    assert slowdown(years) is None
    assert not has_feature_tax(years)
    assert because in why_not_compared(years)


def test_years_with_too_few_releases_are_passed_over():
    compared = compared_years(yearly([release(2023, 1), *releases(2024, 4), *releases(2025, 8), release(2026, 40)]))
    assert (compared.first.year, compared.newest.year, compared.times) == (2024, 2025, 2.0)


def test_a_first_year_of_no_weeks_has_no_multiple():
    assert compared_years(yearly([*releases(2024, 0), *releases(2026, 4)])) is None


@given(st.lists(st.builds(release, st.integers(2020, 2030), st.integers(1, 60)), min_size=1))
def test_every_release_is_in_one_year_and_years_rise(rows):
    years = yearly(rows)
    assert sum(year.releases for year in years) == len(rows)
    assert [year.year for year in years] == sorted({row.released_on.year for row in rows})
