"""A series is stored small and read whole; a steady rise is reported before it crosses the limit."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.kinds.drift.series import Point, Series, stored, unpacked, with_points

POINTS = st.lists(
    st.tuples(
        st.dates(date(2000, 1, 1), date(2030, 1, 1)),
        st.integers(0, 10**6),
        st.one_of(st.none(), st.floats(0, 1e6).map(lambda value: float(f"{value:.3g}"))),
        st.sampled_from([0.1, 0.25]),
        st.booleans(),
        st.booleans(),
    ),
    unique_by=lambda point: point[0],
)


def series(values, limit=0.1) -> Series:
    days = [date(2024, 1, 1) + timedelta(days=place) for place in range(len(values))]
    points = (Point(day.isoformat(), 500, value, limit, False, False) for day, value in zip(days, values, strict=True))
    return Series("psi", tuple(points), calibrated=False)


@given(POINTS)
def test_what_is_stored_is_what_is_read(points):
    whole = tuple(Point(day.isoformat(), *rest) for day, *rest in sorted(points))
    as_json = json.loads(json.dumps(Series("psi", whole, calibrated=True).packed()))
    assert [Point(**point) for point in unpacked(as_json)["points"]] == list(whole)


def test_a_series_of_306_days_takes_a_kilobyte():
    assert len(json.dumps(series([0.01234 + day / 1e4 for day in range(306)]).packed())) < 1_300
    assert len(json.dumps(series([0.0] * 306).packed())) < 400


def test_alarms_that_are_the_windows_above_are_stored_once():
    points = tuple(Point(f"2024-01-0{day}", 500, 0.2, 0.1, day > 2, day > 2) for day in range(1, 6))
    assert "alarms" not in Series("psi", points, calibrated=False).packed()
    old = Series("psi", points, calibrated=False).packed() | {"above": [2, 3, 4], "alarms": [3, 4]}
    assert [point["alarm"] for point in unpacked(old)["points"]] == [False, False, False, True, True]


def test_content_without_series_and_stored_in_the_old_form_is_as_it_was():
    old = {"series": [{"statistic": "psi", "points": [{"window": "2024-01-01"}]}]}
    assert with_points(old) == old
    assert with_points({"ks": 0.1}) == {"ks": 0.1}


def test_the_series_of_one_column_name_their_rows_once():
    both = [series([0.01, 0.02]), series([0.0, 0.0])]
    as_json = json.loads(json.dumps(stored(both)))
    assert ["rows" in column for column in as_json] == [True, False]
    assert [[point["rows"] for point in column["points"]] for column in with_points({"series": as_json})["series"]] == [
        [500, 500]
    ] * 2
    assert stored([]) == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([0.01, 0.02, 0.04, 0.06, 0.08], "It rose in each of the last 4 windows, to 80% of its limit."),
        ([0.05, 0.02, None, 0.04, 0.06, 0.07, 0.09], "It rose in each of the last 4 windows, to 90% of its limit."),
        ([0.02, 0.04, 0.06, 0.08], None),  # three rises
        ([0.001, 0.002, 0.003, 0.004, 0.005], None),  # far from its limit
        ([0.01, 0.02, 0.04, 0.06, 0.08, 0.07], None),  # it fell again
        ([0.05, 0.06, 0.07, 0.08, 0.2], None),  # it crossed it
    ],
)
def test_a_steady_rise_near_the_limit_is_a_trend(values, sentence):
    trend = series(values).trend
    assert (trend.sentence if trend else None) == sentence
