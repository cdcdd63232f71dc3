"""Weeks to release: hand-counted cases, and laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.adoption.rules.velocity import Release, YearMedian, has_feature_tax, slowdown, yearly


def release(year, weeks):
    day = date(year, 6, 1)
    return Release("one", day - timedelta(weeks=weeks), day)


def test_each_year_has_its_median():
    result = yearly([release(2026, 9), release(2024, 3), release(2024, 5), release(2026, 7), release(2026, 20)])
    assert result == [YearMedian(2024, 2, 4.0), YearMedian(2026, 3, 9.0)]
    assert slowdown(result) == 2.25


@pytest.mark.parametrize(("newest", "taxed"), [(4, False), (7, False), (8, True), (12, True)])
def test_twice_the_first_year_is_a_feature_tax(newest, taxed):
    assert has_feature_tax(yearly([release(2024, 4), release(2025, 40), release(2026, newest)])) is taxed


@pytest.mark.parametrize("releases", [[], [release(2026, 4)], [release(2025, 0), release(2026, 4)]])
def test_without_two_years_to_compare_nothing_is_said(releases):
    assert slowdown(yearly(releases)) is None
    assert not has_feature_tax(yearly(releases))


@given(st.lists(st.builds(release, st.integers(2020, 2030), st.integers(1, 60)), min_size=1))
def test_every_release_is_in_one_year_and_years_rise(releases):
    years = yearly(releases)
    assert sum(year.releases for year in years) == len(releases)
    assert [year.year for year in years] == sorted({row.released_on.year for row in releases})
