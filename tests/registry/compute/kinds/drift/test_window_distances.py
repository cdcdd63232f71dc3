"""How far each window is from the reference, the window itself left out."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.arrow_columns import Coded
from registry.compute.kinds.drift.side_values import of_arrays
from registry.compute.kinds.drift.window_distances import Cut, Plan, mixes, moves, nulls

MONDAY = date(2024, 1, 1)


def cut(*days: int | None) -> Cut:
    """Rows on these days after a Monday; None: a row without a time."""
    dates = [None if day is None else MONDAY + timedelta(days=day) for day in days]
    return Cut.of(pa.chunked_array([pa.array(dates, pa.date32())]))


def plan(reference: Cut, current: Cut, window: str = "week") -> Plan:
    return Plan(reference, current, window, calibrated=False, minimum_rows=1)


def test_rows_are_cut_by_window_and_those_without_a_time_left_out():
    days = cut(1, 0, None, 1)
    assert days.labels == (MONDAY, MONDAY + timedelta(days=1))
    assert [rows.tolist() for rows in days.rows] == [[1], [0, 3]]
    assert cut(None).labels == ()


@pytest.mark.parametrize(
    ("window", "reference", "classes"),
    [("day", (4, 5), [0, 1]), ("day", (3, 4), [0, 0]), ("day", (5, 6), [0, 0]), ("week", (4, 5), [0, 0])],
)
def test_weekends_are_a_class_where_the_reference_has_both(window, reference, classes):
    assert plan(cut(*reference), cut(4, 5), window).classes(cut(4, 5)).tolist() == classes


def test_null_shares_exceed_those_of_the_other_windows():
    values = pa.chunked_array([[1.0, None, 1.0, 1.0]])
    result = nulls(of_arrays(values, pa.chunked_array([[None, 1.0]])), plan(cut(0, 0, 7, 7), cut(14, 14)))
    assert result.reference.tolist() == [0.5, -0.5]
    assert result.current.tolist() == [0.25]


def test_moves_are_in_deviations_of_the_whole_reference():
    values = pa.chunked_array([[0.0, 0.0, 2.0, 2.0]])
    result = moves(of_arrays(values, pa.chunked_array([[4.0]])), plan(cut(0, 0, 7, 7), cut(14)))
    assert result.reference.tolist() == [2.0, 2.0]
    assert result.current.tolist() == [3.0]


def test_moves_of_a_constant_reference_are_none_or_without_bound():
    values = pa.chunked_array([[1.0, 1.0]])
    result = moves(of_arrays(values, pa.chunked_array([[1.0, 2.0, None]])), plan(cut(0, 7), cut(14, 15, 16), "day"))
    assert result.current.tolist() == [0.0, np.inf, np.inf]


def test_a_mix_equal_to_the_reference_has_no_distance():
    result = mixes(
        Coded(["a", "b"], np.array([0, 1, 0, 1]), np.array([0, 1, -1])), plan(cut(0, 0, 7, 7), cut(14, 14, 21))
    )
    assert result.reference.tolist() == [0.0, 0.0]
    assert result.current.tolist() == [0.0, 1.0]
