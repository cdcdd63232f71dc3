"""Matched rows are compared value by value, beside what distribution tests would have said."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from registry.compute.kinds.parity.row_parity import (
    column_of,
    compare_sides,
    shown_row,
    shown_rows,
    silence,
)
from registry.compute.stats.python_values import shown_values

EXACT = {"limit": 0.0, "atol": 0.0, "rtol": 0.0}


def test_swapped_rows_are_seen_where_no_distribution_test_raises_an_alarm():
    report = compare_sides(
        pa.chunked_array([[1.0, 2.0] * 500]), pa.chunked_array([[2.0, 1.0] + [1.0, 2.0] * 499]), **EXACT
    )
    assert (report.verdict.outcome, report.parity.rows_that_differ) == ("failed", 2)
    assert report.content["distributions_alarm"] is False
    assert report.content["silence"].endswith("each below its alarm limit, and 0.2% of the rows are wrong.")


def test_there_is_no_silence_where_an_alarm_is_raised_or_nothing_differs():
    moved = compare_sides(pa.chunked_array([[0.0] * 10]), pa.chunked_array([[9.0] * 10]), **EXACT)
    assert (moved.content["distributions_alarm"], moved.content["silence"]) == (True, "")
    assert silence((), 0.0) == silence((), None) == ""


def test_nulls_on_both_sides_are_equal_and_on_one_side_a_difference():
    sides = pa.chunked_array([pa.array([None, None, 1.0])]), pa.chunked_array([pa.array([None, 1.0, 1.0])])
    report = compare_sides(*sides, **EXACT)
    assert (report.parity.rows_that_differ, report.parity.null_in_one_only) == (1, 1)


@pytest.mark.parametrize(
    ("trained", "current", "difference"),
    [
        (1, 3.5, 2.5),
        (2**60, 2**60 + 1, 1),
        (Decimal("2.50"), Decimal("2.49"), Decimal("-0.01")),
        (Decimal("2.50"), 3.0, 0.5),
        (None, 1.0, None),
        (True, False, None),
        ("a", "b", None),
        ([1.0], [2.0], None),
    ],
)
def test_only_numbers_have_a_difference(trained, current, difference):
    assert shown_row({"id": 1}, "2024-01-01", trained, current)["difference"] == difference


def test_numbers_become_floats_for_distributions_and_text_stays_objects():
    decimals = pa.chunked_array([pa.array([Decimal("1.50"), None])])
    assert (column_of(decimals).values.tolist()[0], column_of(decimals).null.tolist()) == (1.5, [False, True])
    assert column_of(pa.array([2**60 + 1])).values.tolist() == [2.0**60]
    assert column_of(pa.chunked_array([["a"]])).values.tolist() == ["a"]
    assert column_of(pa.array([[1, 2], None, [3]])).values.tolist() == ["lists"] * 3


LATE = pa.array([1, None, 253_402_300_800], pa.timestamp("s"))  # the year 10000


@pytest.mark.parametrize(
    ("array", "values"),
    [
        (pa.array([1, None]), [1, None]),
        (LATE, ["1970-01-01 00:00:01", None, "10000-01-01 00:00:00"]),
        (pa.array([1], pa.timestamp("ns")), ["1970-01-01 00:00:00.000000001"]),
        (pa.chunked_array([LATE.slice(0, 1), LATE.slice(2)]), ["1970-01-01 00:00:01", "10000-01-01 00:00:00"]),
    ],
)
def test_values_that_python_does_not_have_are_shown_as_text(array, values):
    assert shown_values(array) == values
    assert [row["x"] for row in shown_rows(pa.table({"x": array}))] == values


@pytest.mark.parametrize(
    ("trained", "current", "outcome", "differ", "sentence"),
    [
        ([2**53 + 1], [2**53 + 2], "failed", 1, "Whole numbers are compared exactly; the largest difference is 1."),
        ([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.5], [3.0, 4.0]], "failed", 1, "the largest difference is 0.5."),
        (
            [[1.0]],
            [[1.0]],
            "passed",
            0,
            "Lists are compared element by element: floats are equal within 1e-9 relative.",
        ),
        (["1"], [1], "failed", None, "Training holds texts, the other side whole numbers: they are not compared."),
        ([None], [1], "failed", 1, "1 null on one side only"),
        ([None, None], ["a", None], "failed", 1, "Texts are compared exactly."),
        ([{"a": 1}], [{"a": 2}], "failed", 1, "Nested values are compared exactly."),
        ([b"a"], [b"b"], "failed", 1, "Bytes are compared exactly."),
    ],
)
def test_every_kind_of_value_is_compared_or_refused_by_name(trained, current, outcome, differ, sentence):
    report = compare_sides(pa.chunked_array([trained]), pa.chunked_array([current]), limit=0.0, atol=None, rtol=None)
    assert (report.verdict.outcome, report.content.get("rows_that_differ")) == (outcome, differ)
    assert sentence in report.verdict.sentence


def test_a_column_without_a_value_has_every_kind():
    nulls = pa.chunked_array([pa.array([None, None], pa.int32())])
    report = compare_sides(nulls, pa.chunked_array([["a", None]]), limit=0.0, atol=None, rtol=None)
    assert (report.verdict.outcome, report.content["rows_that_differ"]) == ("failed", 1)


def test_empty_sides_are_not_enough():
    empty = pa.chunked_array([], pa.float64())
    assert compare_sides(empty, empty, limit=0.0, atol=None, rtol=None).verdict.outcome == "not_enough_data"
