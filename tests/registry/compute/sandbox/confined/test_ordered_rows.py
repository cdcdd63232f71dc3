"""Rows sorted by entity, event time and key: ties are marked; rows that leave the order open are the engine's."""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.sandbox.confined.ordered_rows import (
    NeedsEngine,
    Ordered,
    is_number,
    is_whole,
    not_null_in,
    numbers,
)
from registry.compute.sandbox.confined.window_frames import Entities


def table(who, minutes, ids):
    moments = [None if minute is None else datetime(2024, 1, 1) + timedelta(minutes=minute) for minute in minutes]
    return pa.table({"who": who, "at": pa.array(moments, pa.timestamp("us")), "id": ids})


def ordered(*columns):
    return Ordered(table(*columns), ["who"], ["at", "id"])


def test_rows_are_sorted_by_entity_then_minute_then_key():
    result = ordered([2, 1, 2, 1], [30, 5, 15, 5], [1, 9, 2, 3])
    assert (result.places.tolist(), result.starts.tolist()) == ([3, 1, 2, 0], [0, 2])


def test_rows_that_stand_in_order_already_are_grouped_by_entity():
    result = ordered([2, 1, 2, 1], [1, 2, 3, 4], [0, 0, 0, 0])
    assert (result.places.tolist(), result.starts.tolist()) == ([1, 3, 0, 2], [0, 2])


def test_null_is_an_entity_of_its_own():
    result = ordered(pa.array([0, None, 0, None]), [4, 3, 2, 1], [0, 0, 0, 0])
    sizes = np.diff(result.starts, append=4).tolist()
    assert sizes == [2, 2]
    assert sorted(map(sorted, np.split(result.places, result.starts[1:]))) == [[0, 2], [1, 3]]


@pytest.mark.parametrize(("columns", "tied"), [(1, [True, True, False, False]), (2, [False] * 4)])
def test_rows_that_tie_in_the_first_columns_are_marked(columns, tied):
    result = ordered([1, 1, 1, 2], [5, 5, 6, 5], [3, 4, 1, 1])
    marked = np.zeros(4, dtype=bool)
    result.note_ties(marked, result.places, Entities(result.starts, 4), columns)
    assert marked.tolist() == tied


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ((pa.array([], pa.int64()), [], pa.array([], pa.int64())), "no rows"),
        (([1, 2], [5, None], [1, 2]), "a null in the event time"),
        (([1, 2], [5, 6], pa.array([1, None])), "a null in the event time or the row key"),
        (([1.5, 2.5], [5, 6], [1, 2]), "neither text nor a whole number"),
        ((["a", "a"], [5, 5], ["x", "y"]), "rows at the same time, and a key that is not a number"),
    ],
)
def test_rows_that_leave_the_order_open_need_the_engine(columns, why):
    with pytest.raises(NeedsEngine, match=why):
        ordered(*columns)


def test_a_key_of_text_is_not_needed_without_ties():
    assert ordered(["a", "b", "a"], [6, 5, 5], ["x", "y", "z"]).places.tolist() == [2, 0, 1]


def test_columns_of_several_chunks_and_slices_are_read_as_they_are():
    column = pa.chunked_array([pa.array([9, 1, None]).slice(1), pa.array([], pa.int64()), pa.array([2])])
    assert numbers(column)[[0, 2]].tolist() == [1, 2]
    assert not_null_in(column).tolist() == [True, False, True]
    assert not_null_in(pa.chunked_array([[1, 2]])) is None


def test_kinds_of_columns():
    kinds = [pa.int8(), pa.date32(), pa.timestamp("us"), pa.float32(), pa.string(), pa.bool_()]
    assert [is_whole(kind) for kind in kinds] == [True, True, True, False, False, False]
    assert [is_number(kind) for kind in kinds] == [True, False, False, True, False, False]
