"""The values of a side that come some at a time are those that come at once."""

from __future__ import annotations

import numpy as np
import pytest

from registry.compute.kinds.parity.column_collector import Counts, Numbers, compared
from registry.compute.stats.columns.column import Column, SortedColumn

VALUES = Column.of([3.0, np.nan, 1.0, 0.0, np.inf, 2.0], [False, False, False, True, False, False])


def added(collector, *ends):
    for begin, end in zip((0, *ends), (*ends, 6), strict=True):
        collector.add(Column(VALUES.values[begin:end], VALUES.null[begin:end]))
    return collector


@pytest.mark.parametrize("ends", [(), (1,), (3, 4), (0, 6)])
def test_numbers_in_parts_are_sorted_as_a_whole(ends):
    whole, parts = SortedColumn.of(VALUES), added(Numbers(), *ends).sorted_column()
    assert parts.numbers.tolist() == whole.numbers.tolist() == [1.0, 2.0, 3.0, np.inf]
    assert (parts.rows, parts.nulls, parts.nans) == (whole.rows, whole.nulls, whole.nans) == (6, 1, 1)


def test_values_are_counted_over_parts_with_every_nan_as_one():
    counts = Counts()
    for _ in range(2):
        counts.add(Column.of(np.array(["a", float("nan"), None], dtype=object), [False, False, True]))
    assert (dict(counts.counted), counts.nulls) == ({"a": 2, "NaN": 2}, 2)


def test_numbers_have_a_histogram_and_counts_none():
    sides = added(Numbers()), added(Numbers())
    assert compared(*sides, 0.0)["histogram"]["nans_ref"] == 1
    left, right = Counts(), Counts()
    left.add(Column.of(np.array(["a"], dtype=object)))
    right.add(Column.of(np.array(["b"], dtype=object)))
    content = compared(left, right, 1.0)
    assert (content["histogram"], content["distribution"]["new"], content["distribution"]["gone"]) == (
        None,
        ["b"],
        ["a"],
    )
