import json

import numpy as np
import pytest
from hypothesis import given

from registry.compute.stats.columns.column import SortedColumn
from registry.compute.stats.columns.histogram import overlay
from tests.registry.compute.stats.samples import columns, sorted_column


@given(columns(), columns())
def test_every_number_is_in_a_bin_whatever_the_columns_hold(reference, current):
    sides = SortedColumn.of(reference), SortedColumn.of(current)
    chart = overlay(*sides, bins=7)
    json.dumps(chart.as_dict(), allow_nan=False)
    if chart.edges:
        assert len(chart.edges) == 8
        assert sum(chart.reference) == sides[0].numbers.size
        assert sum(chart.current) == sides[1].numbers.size
        assert (np.diff(chart.edges) >= 0).all()


def test_counts_are_numpys_inside_of_the_range():
    values = np.random.default_rng(3).normal(size=10_000)
    chart = overlay(sorted_column(values), sorted_column(values), bins=20)
    counted, _ = np.histogram(values, chart.edges)
    assert list(chart.reference[1:-1]) == counted[1:-1].tolist()
    assert chart.outside_ref == 10_000 - counted.sum()


def test_a_few_far_values_do_not_flatten_the_picture():
    values = np.append(np.arange(10_000.0), [1e12, -np.inf])
    chart = overlay(sorted_column(values), sorted_column(np.arange(10_000.0)))
    assert chart.edges[-1] < 10_000
    assert "lie outside of" in chart.sentence
    assert chart.reference[-1] == chart.current[-1] + 1


@pytest.mark.parametrize("constant", [0.0, 5.0, -1e300])
def test_a_constant_column_has_room_on_both_sides(constant):
    side = sorted_column([constant] * 10)
    chart = overlay(side, side, bins=4)
    assert chart.edges[0] < constant < chart.edges[-1]
    assert sum(chart.reference) == 10
    assert chart.sentence == "Every number lies inside of the range shown."


def test_without_numbers_there_is_nothing_to_draw_and_it_says_so():
    chart = overlay(sorted_column([1.0], null=[True]), sorted_column([np.nan]))
    assert (chart.edges, chart.nulls_ref, chart.nans_cur) == ((), 1, 1)
    assert chart.sentence == "Neither side has finite numbers to show."
