"""Arrow values as Python has them: as they are where it can hold every one, else all of the column as text."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest

from registry.compute.stats.python_values import shown_values

YEAR_14011 = 4_398_000  # as a day since 1970


@pytest.mark.parametrize(
    ("array", "values"),
    [
        (pa.array([1, None, -3]), [1, None, -3]),
        (pa.array(["a", ""]), ["a", ""]),
        (pa.array([date(2024, 2, 29), None]), [date(2024, 2, 29), None]),
        (pa.array([datetime(2024, 1, 1, 10)]), [datetime(2024, 1, 1, 10)]),
        (pa.chunked_array([pa.array([1]), pa.array([None, 2])]), [1, None, 2]),
        (pa.array([{"a": 1}, None]), [{"a": 1}, None]),
        (pa.array([], pa.string()), []),
    ],
)
def test_values_that_python_has_stay_as_they_are(array, values):
    assert shown_values(array) == values


@pytest.mark.parametrize("day", [YEAR_14011, -800_000])
def test_one_day_that_python_has_not_makes_the_whole_column_text(day):
    texts = shown_values(pa.array([0, day, None], pa.int32()).cast(pa.date32()))
    assert texts[0] == "1970-01-01"
    assert isinstance(texts[1], str)
    assert texts[2] is None


def test_a_part_of_a_nested_value_alone_becomes_text():
    days = pa.array([YEAR_14011, 0], pa.int32()).cast(pa.date32())
    rows = pa.StructArray.from_arrays([days, pa.array([1, 2])], ["day", "n"])
    assert shown_values(rows) == [{"day": "14011-04-26", "n": 1}, {"day": date(1970, 1, 1), "n": 2}]


def test_lists_within_lists_are_looked_into():
    inner = pa.array([[YEAR_14011], [0]], pa.list_(pa.int32())).cast(pa.list_(pa.date32()))
    assert shown_values(pa.ListArray.from_arrays([0, 2], inner)) == [[["14011-04-26"], [date(1970, 1, 1)]]]
