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
    found = compared_rows(column, column)
    assert found.rows_that_differ == 0
    assert found.mismatch_rate == (0 if found.rows else None)
    assert (found.max_abs_difference, found.worst, found.difference_quantiles) == (None, (), {})


@given(columns(), st.randoms(use_true_random=False))
def test_what_differs_adds_up_and_is_ready_for_json(column, random):
    order = list(range(column.values.size))
    random.shuffle(order)
    found = compared_rows(column, Column.of(column.values[order], column.null[order]))
    assert found.rows_that_differ == found.differs.sum() <= found.rows
    assert found.null_in_one_only + found.nan_in_one_only + found.infinite_differences <= found.rows_that_differ
    assert len(found.worst) == len(set(found.worst)) == min(20, found.rows_that_differ)
    json.dumps(found.as_dict(), allow_nan=False)


def test_planted_differences_are_counted_exactly():
    trained = RANDOM.normal(size=10_000)
    current, null = trained.copy(), np.zeros(10_000, dtype=bool)
    planted = RANDOM.choice(10_000, 137, replace=False)
    current[planted[:100]] += np.arange(1, 101)
    null[planted[100:]] = True
    found = compared_rows(Column.of(trained), Column.of(current, null))
    assert (found.rows, found.rows_that_differ, found.null_in_one_only) == (10_000, 137, 37)
    assert found.mismatch_rate == 137 / 10_000
    assert sorted(np.flatnonzero(found.differs)) == sorted(planted)
    assert found.max_abs_difference == pytest.approx(100)
    assert found.mean_abs_difference == pytest.approx(50.5)
    assert found.difference_quantiles["0.5"] == pytest.approx(50, abs=1)


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
    found = compared_rows(Column.of(np.zeros(1_000)), Column.of(np.ones(1_000)))
    assert found.worst == tuple(range(20))


def test_an_infinite_difference_is_the_worst_and_counted_apart():
    found = compared_rows(Column.of([1.0, 2.0, np.inf]), Column.of([4.0, np.inf, np.inf]))
    assert (found.rows_that_differ, found.infinite_differences, found.max_abs_difference) == (2, 1, 3.0)
    assert found.worst == (1, 0)


def test_both_null_is_equal_whatever_stands_below():
    found = compared_rows(Column.of([1.0, 2.0], [True, True]), Column.of([9.0, 2.0], [True, False]))
    assert (found.rows_that_differ, found.null_in_one_only) == (1, 1)


def test_nan_is_not_null():
    found = compared_rows(Column.of([np.nan, np.nan, np.nan]), Column.of([np.nan, 1.0, 1.0], [False, False, True]))
    assert (found.rows_that_differ, found.nan_in_one_only, found.null_in_one_only) == (2, 1, 1)


def test_rows_of_one_side_alone_are_missing_or_extra_and_differ():
    found = compared_rows(
        Column.of([1.0, 1.0, 1.0, 1.0]),
        Column.of([1.0, 1.0, 1.0, 2.0]),
        in_trained=[True, True, False, True],
        in_current=[True, False, True, True],
    )
    assert (found.rows, found.missing, found.extra, found.rows_that_differ) == (4, 1, 1, 3)
    assert found.worst == (3, 1, 2)
    assert found.max_abs_difference == 1.0


def test_differences_are_current_less_trained():
    found = compared_rows(Column.of([10.0]), Column.of([7.0]))
    assert found.difference_quantiles["0.0"] == found.difference_quantiles["1.0"] == -3.0


def test_text_differs_without_a_size():
    found = compared_rows(Column.of(["a", "b", "c"]), Column.of(["a", "x", "c"]))
    assert (found.rows_that_differ, found.max_abs_difference, found.worst) == (1, None, (1,))


def test_sides_that_are_not_lined_up_are_refused():
    with pytest.raises(ValueError, match="one length"):
        compared_rows(Column.of([1.0]), Column.of([1.0, 2.0]))
    with pytest.raises(ValueError, match="one length"):
        compared_rows(Column.of([1.0]), Column.of([1.0]), in_current=[True, False])
