"""Windows over sorted rows, held against a loop over each frame, at the lengths where the way of computing changes."""

from math import isclose

import numpy as np
import pytest

from registry.compute.sandbox.confined.window_frames import LONG, NARROW, Entities, forward_filled, window

FRAMES = [(None, None), (None, 0), (None, 1), (0, 0), (2, 0), (3, 3), (64, 1)]
OF = {"sum": sum, "avg": lambda inside: sum(inside) / len(inside), "min": min, "max": max}


def entities_of(*sizes):
    return Entities(np.cumsum(sizes) - sizes, sum(sizes))


def columns_of(rows, share_of_nulls=0.3):
    random = np.random.default_rng(5)
    present = random.random(rows) >= share_of_nulls
    return np.where(present, random.integers(-20, 40, rows) / 4, 0.0), present


def by_loop(sizes, function, values, present, first, last):
    """For each row the value of its frame; None without one."""
    results, begin = [], 0
    for size in sizes:
        for place in range(size):
            low = 0 if first is None else max(0, place - first)
            high = size - 1 if last is None else place - last
            inside = [values[begin + row] for row in range(low, high + 1) if present[begin + row]]
            results.append(len(inside) if function == "count" else OF[function](inside) if inside else None)
        begin += size
    return results


def as_list(results, has):
    return [value if has is None or has[row] else None for row, value in enumerate(results.tolist())]


def assert_alike(rows, expected):
    assert [value is None for value in rows] == [value is None for value in expected]
    assert all(
        first is None or isclose(first, other, rel_tol=1e-12) for first, other in zip(rows, expected, strict=True)
    )


@pytest.mark.parametrize("function", ["sum", "avg", "min", "max", "count"])
@pytest.mark.parametrize(("first", "last"), FRAMES)
def test_a_frame_has_the_value_of_a_loop_over_it(function, first, last):
    sizes = (1, LONG, LONG + 1, 3)
    entities = entities_of(*sizes)
    values, present = columns_of(entities.rows)
    result = window(entities, function, values, present, first=first, last=last)
    assert_alike(as_list(*result), by_loop(sizes, function, values, present, first, last))


@pytest.mark.parametrize("first", [NARROW, NARROW + 1])
def test_a_count_goes_beyond_a_byte(first):
    counted, has = window(entities_of(400), "count", None, None, first=first, last=0)
    assert (counted.max(), has) == (first + 1, None)


def test_the_row_before_is_never_that_of_another_entity():
    entities, values = entities_of(2, 1, 3), np.arange(6.0)
    assert as_list(*window(entities, "lag", values, None, first=1, last=1)) == [None, 0.0, None, None, 3.0, 4.0]
    assert as_list(*window(entities, "lag", values, None, first=-1, last=-1)) == [1.0, None, None, 4.0, 5.0, None]
    assert as_list(*window(entities, "row_number", None, None)) == [1, 2, 1, 1, 2, 3]
    assert as_list(*window(entities, "first_value", values, None, first=1, last=0)) == [0.0, 0.0, 2.0, 3.0, 3.0, 4.0]


def test_nulls_are_filled_from_the_same_entity_only():
    values, present = np.array([0.0, 5.0, 0.0, 0.0]), np.array([False, True, False, False])
    filled, has = forward_filled(entities_of(3, 1), values, present)
    assert as_list(filled, has) == [None, 5.0, 5.0, None]
    assert forward_filled(entities_of(3, 1), None, present)[0] is None


def test_selected_rows_leave_out_entities_without_any():
    selected = entities_of(2, 1, 3).selected(np.array([True, False, False, True, True, False]))
    assert (selected.starts.tolist(), selected.sizes.tolist(), selected.rows) == ([0, 1], [1, 2], 3)
    assert entities_of(2).selected(np.array([False, False])).longest == 0
