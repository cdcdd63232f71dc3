"""A tied sample is read like the array that it stands for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.stats.columns.column import Column, SortedColumn
from registry.compute.stats.columns.histogram import overlay
from registry.compute.stats.columns.moments import shape
from registry.compute.stats.columns.run_length import Tied
from registry.compute.stats.columns.summary import summary
from registry.compute.stats.distribution import compare_sorted

VALUES = st.lists(st.sampled_from([-np.inf, -2.5, 0.0, 0.1, 7.0, np.inf]), min_size=1, max_size=60)


def tied(sample):
    values, rows = np.unique(sample, return_counts=True)
    return Tied(values, np.cumsum(rows))


def near(value):
    return value if value is None else pytest.approx(value, rel=1e-12, abs=1e-15)


@given(VALUES, st.lists(st.floats(-9, 9), max_size=9), st.integers(-70, 70), st.integers(-70, 70))
def test_items_stretches_and_places_are_those_of_the_array(values, points, first, last):
    sample = np.sort(np.array(values))
    short = tied(sample)
    assert np.array_equal(short.whole(), sample)
    assert np.array_equal(short[np.arange(-sample.size, sample.size)], sample[np.arange(-sample.size, sample.size)])
    assert np.array_equal(short[first:last].whole(), sample[first:last])
    wanted = np.array([*points, *values])
    for side in ("left", "right"):
        assert np.array_equal(short.searchsorted(wanted, side=side), np.searchsorted(sample, wanted, side=side))


@given(VALUES, VALUES)
def test_every_statistic_is_that_of_the_array(reference, current):
    samples = [np.sort(np.array(values)) for values in (reference, current)]
    whole = [SortedColumn(sample, sample.size + 2, 2, 0) for sample in samples]
    short = [SortedColumn(tied(sample), sample.size + 2, 2, 0) for sample in samples]
    for one, other in zip(short, whole, strict=True):
        told, expected = summary(one).as_dict(), summary(other).as_dict()
        for name in ("mean", "deviation"):
            assert told.pop(name) == near(expected.pop(name))
        assert told == expected
    assert overlay(*short) == overlay(*whole)
    for pair in (short, [short[0], whole[1]], [whole[0], short[1]]):
        found, expected = compare_sorted(*pair), compare_sorted(*whole)
        assert found["ks"].value == expected["ks"].value, "to the last bit"
        assert [statistic.value for statistic in found.statistics] == [
            near(statistic.value) for statistic in expected.statistics
        ]


def test_its_shape_holds_it():
    short = tied(np.array([1.0, 1.0, 2.0]))
    assert shape(short).tied is short
    assert SortedColumn.of(Column.of([1.0])).shape.tied.size == 1
