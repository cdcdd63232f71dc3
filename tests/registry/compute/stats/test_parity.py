import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.stats.columns.column import Column
from tests.registry.compute.stats.samples import columns, compared_rows

RANDOM = np.random.default_rng(11)


@given(columns())
def test_a_column_agrees_with_itself(column):
    result = compared_rows(column, column)
    assert result.rows_that_differ == 0
    assert result.mismatch_rate == (0 if result.rows else None)
    assert (result.max_abs_difference, result.worst, result.difference_quantiles) == (None, (), {})


@given(columns(), st.randoms(use_true_random=False))
def test_what_differs_adds_up_and_is_ready_for_json(column, random):
    order = list(range(column.values.size))
    random.shuffle(order)
    result = compared_rows(column, Column.of(column.values[order], column.null[order]))
    assert result.rows_that_differ == result.differs.sum() <= result.rows
    assert result.null_in_one_only + result.nan_in_one_only + result.infinite_differences <= result.rows_that_differ
    assert len(result.worst) == len(set(result.worst)) == min(20, result.rows_that_differ)
    json.dumps(result.as_dict(), allow_nan=False)


def test_planted_differences_are_counted_exactly():
    trained = RANDOM.normal(size=10_000)
    current, null = trained.copy(), np.zeros(10_000, dtype=bool)
    planted = RANDOM.choice(10_000, 137, replace=False)
    current[planted[:100]] += np.arange(1, 101)
    null[planted[100:]] = True
    result = compared_rows(Column.of(trained), Column.of(current, null))
    assert (result.rows, result.rows_that_differ, result.null_in_one_only) == (10_000, 137, 37)
    assert result.mismatch_rate == 137 / 10_000
    assert sorted(np.flatnonzero(result.differs)) == sorted(planted)
    assert result.max_abs_difference == pytest.approx(100)
    assert result.mean_abs_difference == pytest.approx(50.5)
    assert result.difference_quantiles["0.5"] == pytest.approx(50, abs=1)


def test_the_worst_rows_begin_with_the_largest_differences_and_show_some_nulls():
    trained = Column.of(np.zeros(100))
    current = Column.of(np.arange(100.0), np.arange(100) < 30)
    worst = compared_rows(trained, current).worst
    assert worst[:15] == tuple(range(99, 84, -1))
    assert worst[15:] == (0, 1, 2, 3, 4)


def test_few_numeric_differences_leave_their_places_to_the_others():
    trained, current = Column.of(np.zeros(50)), Column.of(np.full(50, 2.0), np.arange(50) > 2)
    assert compared_rows(trained, current).worst == tuple(range(20))


def test_ties_among_the_worst_are_in_row_order():
    result = compared_rows(Column.of(np.zeros(1_000)), Column.of(np.ones(1_000)))
    assert result.worst == tuple(range(20))


def test_an_infinite_difference_is_the_worst_and_counted_apart():
    result = compared_rows(Column.of([1.0, 2.0, np.inf]), Column.of([4.0, np.inf, np.inf]))
    assert (result.rows_that_differ, result.infinite_differences, result.max_abs_difference) == (2, 1, 3.0)
    assert result.worst == (1, 0)


def test_both_null_is_equal_whatever_stands_below():
    result = compared_rows(Column.of([1.0, 2.0], [True, True]), Column.of([9.0, 2.0], [True, False]))
    assert (result.rows_that_differ, result.null_in_one_only) == (1, 1)


def test_nan_is_not_null():
    result = compared_rows(Column.of([np.nan, np.nan, np.nan]), Column.of([np.nan, 1.0, 1.0], [False, False, True]))
    assert (result.rows_that_differ, result.nan_in_one_only, result.null_in_one_only) == (2, 1, 1)


def test_rows_of_one_side_alone_are_missing_or_extra_and_differ():
    result = compared_rows(
        Column.of([1.0, 1.0, 1.0, 1.0]),
        Column.of([1.0, 1.0, 1.0, 2.0]),
        in_trained=[True, True, False, True],
        in_current=[True, False, True, True],
    )
    assert (result.rows, result.missing, result.extra, result.rows_that_differ) == (4, 1, 1, 3)
    assert result.worst == (3, 1, 2)
    assert result.max_abs_difference == 1.0


def test_differences_are_current_less_trained():
    result = compared_rows(Column.of([10.0]), Column.of([7.0]))
    assert result.difference_quantiles["0.0"] == result.difference_quantiles["1.0"] == -3.0


def test_text_differs_without_a_size():
    result = compared_rows(Column.of(["a", "b", "c"]), Column.of(["a", "x", "c"]))
    assert (result.rows_that_differ, result.max_abs_difference, result.worst) == (1, None, (1,))


def test_sides_that_are_not_lined_up_are_refused():
    with pytest.raises(ValueError, match="one length"):
        compared_rows(Column.of([1.0]), Column.of([1.0, 2.0]))
    with pytest.raises(ValueError, match="one length"):
        compared_rows(Column.of([1.0]), Column.of([1.0]), in_current=[True, False])
