"""Matched rows are compared value by value, beside what distribution tests would have said."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from registry.compute.kinds.parity.row_parity import column_of, compare_sides, is_number, shown_row, silence

EXACT = {"limit": 0.0, "atol": 0.0, "rtol": 0.0}


def test_swapped_rows_are_seen_where_no_distribution_test_raises_an_alarm():
    found = compare_sides(
        pa.chunked_array([[1.0, 2.0] * 500]), pa.chunked_array([[2.0, 1.0] + [1.0, 2.0] * 499]), **EXACT
    )
    assert (found.verdict.outcome, found.parity.rows_that_differ) == ("failed", 2)
    assert found.content["distributions_alarm"] is False
    assert found.content["silence"].endswith("each below its alarm limit, and 0.2% of the rows are wrong.")


def test_there_is_no_silence_where_an_alarm_is_raised_or_nothing_differs():
    moved = compare_sides(pa.chunked_array([[0.0] * 10]), pa.chunked_array([[9.0] * 10]), **EXACT)
    assert (moved.content["distributions_alarm"], moved.content["silence"]) == (True, "")
    assert silence((), 0.0) == silence((), None) == ""


def test_nulls_on_both_sides_are_equal_and_on_one_side_a_difference():
    sides = pa.chunked_array([pa.array([None, None, 1.0])]), pa.chunked_array([pa.array([None, 1.0, 1.0])])
    found = compare_sides(*sides, **EXACT)
    assert (found.parity.rows_that_differ, found.parity.null_in_one_only) == (1, 1)


@pytest.mark.parametrize(
    ("trained", "current", "difference"),
    [(1, 3.5, 2.5), (None, 1.0, None), (True, False, None), ("a", "b", None)],
)
def test_only_numbers_have_a_difference(trained, current, difference):
    assert shown_row({"id": 1}, "2024-01-01", trained, current)["difference"] == difference


def test_decimals_are_numbers_and_text_stays_objects():
    decimals = pa.chunked_array([pa.array([Decimal("1.50"), None])])
    assert is_number(decimals.type)
    assert (column_of(decimals).values.tolist()[0], column_of(decimals).null.tolist()) == (1.5, [False, True])
    assert not is_number(pa.bool_())
    assert column_of(pa.chunked_array([["a"]])).values.tolist() == ["a"]
