import numpy as np
import pytest
from hypothesis import given

from registry.compute.stats.columns.column import Column, SortedColumn
from tests.registry.compute.stats.samples import columns, sorted_column


@given(columns())
def test_every_row_is_a_number_a_null_or_nan(column):
    side = SortedColumn.of(column)
    assert side.numbers.size + side.nulls + side.nans == side.rows == column.values.size
    assert (np.diff(side.numbers[np.isfinite(side.numbers)]) >= 0).all()
    assert np.isfinite(side.finite).all()
    assert side.finite.size == np.isfinite(side.numbers).sum()


def test_a_null_is_marked_by_the_mask_and_nan_is_a_value():
    side = sorted_column([np.nan, np.nan, 1.0], null=[True, False, False])
    assert (side.nulls, side.nans, side.numbers.tolist()) == (1, 1, [1.0])
    assert (side.null_share, side.nan_share) == (1 / 3, 1 / 3)


def test_a_column_without_rows_has_no_shares():
    assert sorted_column([]).null_share is None
    assert sorted_column([]).nan_share is None


@pytest.mark.parametrize(("values", "null"), [([1.0, 2.0], [True]), ([[1.0]], None)])
def test_a_mask_of_another_shape_is_refused(values, null):
    with pytest.raises(ValueError, match="mask"):
        Column.of(values, null)


def test_sorting_leaves_the_column_as_it_was():
    values = np.array([3.0, 1.0, 2.0])
    sorted_column(values)
    assert values.tolist() == [3.0, 1.0, 2.0]
