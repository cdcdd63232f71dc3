"""Arrow columns are compared by kind, with nulls apart."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from registry.compute.kinds.arrow_columns import (
    coded,
    comparable,
    hardly_repeats,
    kind_of,
    numbers,
    typed_alike,
)
from registry.compute.stats.comparison import ColumnKind


@pytest.mark.parametrize(
    ("kind", "compared_as"),
    [
        (pa.decimal128(9, 2), ColumnKind.NUMERIC),
        (pa.date32(), ColumnKind.TIME),
        (pa.dictionary(pa.int8(), pa.string()), ColumnKind.CATEGORICAL),
        (pa.dictionary(pa.int8(), pa.int64()), ColumnKind.NUMERIC),
        (pa.duration("ms"), ColumnKind.NUMERIC),
        (pa.large_binary(), ColumnKind.OTHER),
        (pa.list_(pa.float32(), 8), ColumnKind.OTHER),
        (pa.struct([("a", pa.int8())]), ColumnKind.OTHER),
    ],
)
def test_a_type_has_a_kind(kind, compared_as):
    assert kind_of(kind) is compared_as


@pytest.mark.parametrize(
    ("values", "floats"),
    [
        (pa.array([Decimal("1.25"), None], pa.decimal128(9, 2)), [1.25, 0.0]),
        (pa.array([datetime.datetime(1970, 1, 1, 0, 1, 30), None]), [90.0, 0.0]),
        (pa.array([datetime.time(0, 1), None]), [60.0, 0.0]),
        (pa.array([datetime.timedelta(minutes=1), None]), [60.0, 0.0]),
        (pa.array([datetime.date(1970, 1, 2), None]), [86_400.0, 0.0]),
        (pa.array([2**62, None], pa.timestamp("ns")), [2**62 / 1e9, 0.0]),
        (pa.array([380_000_000_000, None], pa.timestamp("s")), [380_000_000_000.0, 0.0]),
        (pa.array(["ü", None]), [1.0, 0.0]),
        (pa.array([True, None]), [1.0, 0.0]),
    ],
)
def test_values_are_measured_and_nulls_masked(values, floats):
    column = numbers(pa.chunked_array([values]))
    assert (column.values.tolist(), column.null.tolist()) == (floats, [False, True])


def test_truth_values_are_not_compared_with_text():
    assert not comparable(pa.bool_(), pa.string())
    assert comparable(pa.large_string(), pa.dictionary(pa.int8(), pa.string()))


def test_a_side_of_nothing_but_nulls_takes_the_others_type():
    nulls, whole = pa.chunked_array([pa.nulls(2)]), pa.chunked_array([[1, 2]])
    assert [side.type for side in typed_alike(nulls, whole)] == [pa.int64()] * 2
    assert [side.type for side in typed_alike(whole, nulls)] == [pa.int64()] * 2


def test_both_sides_are_coded_by_one_dictionary():
    both = coded(pa.chunked_array([["b", None, "a"]]), pa.chunked_array([["a"], ["c"]]))
    assert ([*both.names], both.reference.tolist(), both.current.tolist()) == (["b", "a", "c"], [0, -1, 1], [1, 2])
    assert both.counted.new.names == ("c",)


@pytest.mark.parametrize(
    ("distinct", "rows", "hardly"), [(200, (300, 300), True), (150, (300, 10), False), (3, (4, 4), True)]
)
def test_text_hardly_repeats_whatever_its_size(distinct, rows, hardly):
    assert hardly_repeats(distinct, *rows) is hardly


def test_values_without_an_order_are_compared_with_their_own_kind_alone():
    assert comparable(pa.list_(pa.float32()), pa.list_(pa.float64(), 8))
    assert not comparable(pa.list_(pa.float32()), pa.binary())
