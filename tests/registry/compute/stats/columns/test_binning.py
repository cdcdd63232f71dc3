import numpy as np
import pytest
from hypothesis import given

from registry.compute.stats.columns.binning import binned, inner_edges
from registry.compute.stats.columns.column import SortedColumn
from tests.registry.compute.stats.samples import PAIRS, columns, sorted_column


@pytest.mark.parametrize(("reference", "current", "why"), PAIRS)
def test_shares_are_those_of_numpys_histogram_over_the_references_deciles(reference, current, why):
    shares = binned(sorted_column(reference), sorted_column(current))
    inner = inner_edges(sorted_column(reference))
    if np.unique(reference).size > 1:
        np.testing.assert_array_equal(inner, np.unique(np.quantile(reference, np.arange(1, 10) / 10)), why)
    for values, share in ((reference, shares.reference), (current, shares.current)):
        # numpy closes the last bin on both ends; nothing lies on infinity here.
        counted, _ = np.histogram(values, np.concatenate([[-np.inf], inner, [np.inf]]))
        np.testing.assert_array_equal(share, np.append(counted, 0) / len(values), why)


def test_a_value_on_an_edge_belongs_to_the_bin_above():
    reference = sorted_column(np.arange(11.0))
    assert inner_edges(reference).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    shares = binned(reference, sorted_column([3.0, np.nextafter(3.0, 0)]))
    assert shares.current.tolist() == [0, 0, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0]


def test_a_value_that_fills_several_deciles_is_one_edge():
    shares = binned(sorted_column([0.0] * 85 + [1.0] * 15), sorted_column([0.0, 1.0, 1.0, -1.0]))
    assert shares.bins == 3
    assert shares.reference.tolist() == [0, 0.85, 0.15, 0]
    assert shares.current.tolist() == [0.25, 0.25, 0.5, 0]


@pytest.mark.parametrize(("moved", "its_bin"), [(4.0, 0), (5.0, 1), (6.0, 2)])
def test_a_constant_reference_sees_a_move_in_either_direction(moved, its_bin):
    shares = binned(sorted_column([5.0] * 300), sorted_column([moved]))
    assert shares.bins == 3
    assert shares.reference.tolist() == [0, 1, 0, 0]
    assert shares.current[its_bin] == 1


def test_the_largest_number_of_all_has_an_edge_above_it():
    largest = np.finfo(float).max
    assert inner_edges(sorted_column([largest] * 3)).tolist() == [largest, np.inf]


def test_nulls_and_nan_have_bins_of_their_own():
    shares = binned(sorted_column([1.0, 2.0]), sorted_column([1.0, 1.0, 9.0, np.nan], null=[0, 0, 1, 0]))
    assert shares.current[-2:].tolist() == [0.25, 0.25]
    assert shares.reference[-2:].tolist() == [0, 0]


@given(columns(), columns())
def test_shares_add_up_to_one_whatever_the_column_holds(reference, current):
    sides = SortedColumn.of(reference), SortedColumn.of(current)
    if not (sides[0].rows and sides[1].rows):
        with pytest.raises(ValueError, match="without rows"):
            binned(*sides)
        return
    shares = binned(*sides)
    assert shares.reference.sum() == pytest.approx(1)
    assert shares.current.sum() == pytest.approx(1)
    assert not np.isnan(inner_edges(sides[0])).any()
