"""Columns as numbers, and as codes of names that all columns share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.values import _order, coded, is_number, numbers


def column(*values, kind=None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, kind)])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(pa.int8(), True), (pa.float32(), True), (pa.decimal128(5, 2), True), (pa.bool_(), False), (pa.string(), False)],
)
def test_truth_values_are_no_numbers(kind, expected):
    assert is_number(kind) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (column(1, None, 3), [1.0, np.nan, 3.0]),
        (column(Decimal("1.50"), None), [1.5, np.nan]),
        (column(0.5, float("inf")), [0.5, np.inf]),
        (column(2**63 - 1), [float(2**63)]),
    ],
)
def test_numbers_are_floats_with_nothing_as_nan(values, expected):
    np.testing.assert_array_equal(numbers(values), expected)


@pytest.mark.parametrize(
    ("columns", "names", "codes"),
    [
        ([column("b", None, "a")], ("a", "b"), [[1, -1, 0]]),
        ([column("no", "yes"), column("yes", "maybe")], ("maybe", "no", "yes"), [[1, 2], [2, 0]]),
        ([column(10, 9, 2)], ("2", "9", "10"), [[2, 1, 0]]),
        ([column(1.0, 0.0, None)], ("0", "1"), [[1, 0, -1]]),
        ([column(0.5, 1.0)], ("0.5", "1"), [[0, 1]]),
        ([column(True, False)], ("false", "true"), [[1, 0]]),
        ([column(True, False), column(0, 1)], ("0", "1"), [[1, 0], [0, 1]]),
        ([column("x"), column(1)], ("1", "x"), [[1], [0]]),
        ([column("b", "a").dictionary_encode()], ("a", "b"), [[1, 0]]),
        ([column(date(2024, 1, 2), date(2024, 1, 1))], ("2024-01-01", "2024-01-02"), [[1, 0]]),
        ([pa.chunked_array([["a"], ["b", None]])], ("a", "b"), [[0, 1, -1]]),
        ([pa.chunked_array([], pa.string())], (), [[]]),
    ],
)
def test_classes_are_codes_of_sorted_names(columns, names, codes):
    result = coded(columns)
    assert (result.names, [part.tolist() for part in result.codes]) == (names, codes)


def test_their_order_is_the_same_however_they_come():
    names = ["-inf", "0.5", "1.5", "NaN", "b", "nan"]
    for mixed in permutations(names):
        assert sorted(mixed, key=_order) == names


def test_values_without_a_name_are_no_classes():
    with pytest.raises(NotAnswerable, match="has no classes or groups"):
        coded([column([1], [2])])
