"""Columns of few values are counted; what a sort finds is the oracle."""

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.engines.counted import LEAST_ROOM, MOST, Codes
from registry.engines.sides import Store, read_sorted
from registry.stats.column import Column, SortedColumn
from registry.stats.tied import Tied, whole

RANDOM = np.random.default_rng(29)
ROWS = 150_000
FEW = {
    "minutes": RANDOM.integers(-60, 1_400, ROWS),
    "small integers": RANDOM.integers(0, 200, ROWS).astype(np.uint8),
    "large integers": 9 * 10**10 + RANDOM.integers(0, 1_000, ROWS),
    "cents": RANDOM.integers(0, 20_000, ROWS) / 100,
    "tenths of a thousandth": RANDOM.integers(-9_000, 9_000, ROWS) / 10_000,
    "whole numbers as floats": RANDOM.integers(0, 50, ROWS).astype(float),
    "one value": np.full(ROWS, 0.1),
}
MANY = {
    "any number": RANDOM.normal(size=ROWS),
    "five digits": RANDOM.integers(0, 9, ROWS) / 100_000,
    "too long a range": RANDOM.integers(0, 60_000, ROWS),
    "far from zero": 2**60 + RANDOM.integers(0, 9, ROWS),
    "infinite from the first": np.full(ROWS, np.inf),
    "float32": RANDOM.integers(0, 9, ROWS).astype(np.float32),
}
LATER = {
    "a third": 1 / 3,
    "one far above": 70_000.0,
    "one far below": -70_000.0,
    "an infinity": np.inf,
    "NaN": np.nan,
    "one beyond every code": 1e300,
    "the code of nulls": float(MOST - 1 - LEAST_ROOM),
}


def of(array, chunks=(0, 7, 70_007)):
    """The column as its chunks give it, or None."""
    parts = [array.slice(at, until - at) for at, until in itertools.pairwise([*chunks, len(array)])]
    codes = Codes.of(parts[0])
    return codes.column() if codes and all(map(codes.add, parts)) else None


def oracle(array):
    null = array.is_null().to_numpy(zero_copy_only=False)
    return SortedColumn.of(Column(array.fill_null(0).to_numpy().astype(float), null))


@pytest.mark.parametrize("nulls", [0, 0.1])
@pytest.mark.parametrize("which", FEW)
def test_few_values_are_counted(which, nulls):
    array = pa.array(FEW[which], mask=RANDOM.random(ROWS) < nulls)
    found, expected = of(array), oracle(array)
    assert isinstance(found.numbers, Tied)
    assert np.array_equal(found.numbers.whole(), expected.numbers)
    assert (found.rows, found.nulls, found.nans) == (expected.rows, expected.nulls, 0)


@pytest.mark.parametrize("which", MANY)
def test_others_are_left_to_be_sorted(which):
    assert of(pa.array(MANY[which])) is None


@pytest.mark.parametrize("nulls", [[], [None]])
@pytest.mark.parametrize("which", LATER)
def test_a_value_of_another_kind_is_seen_wherever_it_stands(which, nulls):
    values = [float(at % 10) for at in range(1_000)]
    assert of(pa.array([*values, *nulls, LATER[which], 1.0], pa.float64()), chunks=(0, 500)) is None
    assert of(pa.array([*values, *nulls, 1.0], pa.float64()), chunks=(0, 500)) is not None


def test_nothing_but_nulls_at_the_beginning_tells_nothing():
    assert Codes.of(pa.array([None, None], pa.float64())) is None
    assert Codes.of(pa.array([], pa.float64())) is None
    assert Codes.of(pa.array(["a"])) is None


OTHER_TYPES = {
    "decimal": pa.array([1, None, 3], pa.decimal128(9, 2)),
    "null": pa.array([None, None, None]),
    "float32": pa.array([1.0, None, 0.1], pa.float32()),
    "float64": pa.array([1.0, None, 0.123456]),
    "whole": pa.array([1, None, 3], pa.int16()),
}


@pytest.mark.parametrize("which", OTHER_TYPES)
def test_files_of_one_side_that_hold_a_column_as_other_types_are_one_column(which, tmp_path):
    first = pa.array([0.25, 0.5, None])
    for name, array in (("a", first), ("b", OTHER_TYPES[which])):
        parquet.write_table(pa.table({"c": array}), tmp_path / f"{name}.parquet")
    store = Store((str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")))
    found = read_sorted(store, "c", np.empty(6))
    values = [*first.drop_null().to_pylist(), *OTHER_TYPES[which].cast(pa.float64()).drop_null().to_pylist()]
    assert np.array_equal(whole(found.numbers), np.sort(np.array(values)))
    assert (found.rows, found.nulls, found.nans) == (6, 6 - len(values), 0)


@given(st.lists(st.none() | st.integers(-3_000, 3_000), min_size=1, max_size=50), st.sampled_from([1, 10, 1_000]))
def test_any_decimals_are_counted_as_they_are_sorted(codes, scale):
    values = [None if code is None else code / scale for code in codes]
    array = pa.array([*values, 0.5], pa.float64())[: len(values)]
    found = of(array, chunks=(0,))
    if found is None:
        assert all(value is None for value in values)
    else:
        assert np.array_equal(found.numbers.whole(), oracle(array).numbers)
