"""Cells of text as values of a kind: what fits, what is null, what is unreadable and counted."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.reading.cells import Converter, number_pattern, whole_pattern, within_the_calendar
from registry.compute.reading.description import MILLISECONDS, SECONDS, Reading

PLAIN = Reading()
GERMAN = Reading(decimal=",", thousands=".")
BERLIN = Reading(time_zone="Europe/Berlin")
DAY_FIRST = Reading(date_formats=("%d.%m.%Y",))
UNREADABLE = "unreadable"


def value_of(cell: str | None, kind: str, reading: Reading = PLAIN):
    """The value of one cell, or that it is unreadable."""
    typed = Converter({"x": kind}, reading)(pa.record_batch({"x": pa.array([cell], pa.string())}))
    (value,) = typed.rows["x"].to_pylist()
    if "x" in typed.unreadable:
        assert value is None
        return UNREADABLE
    return value


@pytest.mark.parametrize(
    ("cell", "kind", "reading", "value"),
    [
        ("7", "whole_number", Reading(), 7),
        (" -7\t", "whole_number", Reading(), -7),
        ("9223372036854775807", "whole_number", Reading(), 2**63 - 1),
        ("9223372036854775808", "whole_number", Reading(), UNREADABLE),
        ("1.5", "whole_number", Reading(), UNREADABLE),
        ("1.234", "whole_number", GERMAN, 1234),
        ("", "whole_number", Reading(), None),
        ("  ", "number", Reading(), None),
        (None, "number", Reading(), None),
        ("NA", "number", Reading(null_words=("NA",)), None),
        ("NA", "number", Reading(), UNREADABLE),
        ("1e3", "number", Reading(), 1000.0),
        (".5", "number", Reading(), 0.5),
        ("1.234,5", "number", GERMAN, 1234.5),
        ("1,234.5", "number", GERMAN, UNREADABLE),
        ("inf", "number", Reading(), float("inf")),
        ("1e999", "number", Reading(), UNREADABLE),
        ("YES", "truth_value", Reading(), True),
        ("f", "truth_value", Reading(), False),
        ("2", "truth_value", Reading(), UNREADABLE),
        (" a ", "text", Reading(), " a "),
        ("NA", "text", Reading(null_words=("NA",)), None),
        (" NA", "text", Reading(null_words=("NA",)), " NA"),
        ("NA", "text", Reading(null_words=("NA",), null_words_by_column=(("x", ("",)),)), "NA"),
        ("10:30", "time", Reading(), time(10, 30)),
        ("25:00", "time", Reading(), UNREADABLE),
        ("2024-02-29", "date", Reading(), date(2024, 2, 29)),
        ("2024-02-30", "date", Reading(), UNREADABLE),
        ("2024-02-29 10:00", "date", Reading(), UNREADABLE),
        ("29.02.2024", "date", DAY_FIRST, date(2024, 2, 29)),
        ("29.02.2024 10:30", "timestamp", DAY_FIRST, datetime(2024, 2, 29, 10, 30)),
        ("2024-07-01T10:00:00", "timestamp", BERLIN, datetime(2024, 7, 1, 8)),
        ("2024-07-01T10:00:00+05:00", "timestamp", BERLIN, datetime(2024, 7, 1, 5)),
        ("12024-01-01", "timestamp", Reading(), UNREADABLE),
        ("86400", SECONDS, Reading(), datetime(1970, 1, 2)),
        ("1500", MILLISECONDS, Reading(), datetime(1970, 1, 1, 0, 0, 1, 500_000)),
        ("253402300800", SECONDS, Reading(), UNREADABLE),
    ],
)
def test_a_cell_is_a_value_or_null_or_unreadable(cell, kind, reading, value):
    assert value_of(cell, kind, reading) == value


def test_not_a_number_is_a_number_that_somebody_wrote():
    assert np.isnan(value_of("NaN", "number"))


def test_columns_without_a_kind_stay_and_only_columns_with_faults_are_counted():
    batch = pa.record_batch({"a": ["1", "x", "3"], "b": ["1", "2", "3"], "note": ["u", "v", "w"]})
    typed = Converter({"a": "whole_number", "b": "whole_number"}, Reading())(batch)
    assert typed.rows.to_pydict() == {"a": [1, None, 3], "b": [1, 2, 3], "note": ["u", "v", "w"]}
    assert {name: mask.tolist() for name, mask in typed.unreadable.items()} == {"a": [False, True, False]}


def test_without_kinds_the_batch_is_the_same():
    batch = pa.record_batch({"a": ["1"]})
    assert Converter({}, Reading())(batch).rows is batch


@pytest.mark.parametrize(
    ("text", "separator", "fits"),
    [
        ("1,234", ",", True),
        ("1234", ",", True),
        ("12,34", ",", False),
        (",234", ",", False),
        ("-1", "", True),
        ("1,234", "", False),
    ],
)
def test_a_whole_number_is_grouped_by_three_or_not_at_all(text, separator, fits):
    assert bool(re.fullmatch(whole_pattern(separator), text)) is fits


@pytest.mark.parametrize(
    ("text", "fits"), [("1.", True), (".5", True), (".", False), ("1e5", True), ("e5", False), ("-Infinity", True)]
)
def test_a_number_has_a_digit_somewhere(text, fits):
    assert bool(re.fullmatch(number_pattern(".", ""), text)) is fits


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_moments_beyond_the_calendar_are_taken_out(unit):
    ends = ["0001-01-01", "9999-12-31T23:59:59", "0000-12-31T23:59:59", "10000-01-01", "NaT"]
    column = pa.array(np.array(ends, f"datetime64[{unit}]"), pa.timestamp(unit))
    inside, mask = within_the_calendar(column)
    assert mask.tolist() == [False, False, True, True, False]
    assert inside.is_null().to_pylist() == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (pa.date32(), [-719_162, 2_932_896, -719_163, 2_932_897]),
        (pa.date64(), [-719_162, 2_932_896, -719_163, 2_932_897]),
    ],
)
def test_days_beyond_the_calendar_are_taken_out(kind, days):
    storage = pa.int32() if kind == pa.date32() else pa.int64()
    column = pa.array([day * (1 if kind == pa.date32() else 86_400_000) for day in days], storage).view(kind)
    assert within_the_calendar(column)[1].tolist() == [False, False, True, True]


@pytest.mark.parametrize("column", [pa.array([1]), pa.array([None], pa.date32()), pa.array([date(2024, 1, 1)])])
def test_what_is_within_the_calendar_is_the_same_column(column):
    assert within_the_calendar(column) == (column, None)
