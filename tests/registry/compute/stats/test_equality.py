import datetime
import math

import numpy as np
import pytest

from registry.compute.stats.equality import compare_values

BIG = 2**60
CASES = [
    (1.0, 1.0 + 5e-10, False, "within the relative tolerance"),
    (1.0, 1.0 + 5e-9, True, "beyond it"),
    (0.0, 1e-300, True, "zero has no relative tolerance"),
    (math.nan, math.nan, False, "NaN equals NaN"),
    (math.nan, 1.0, True, "NaN equals nothing else"),
    (1.0, math.nan, True, "in either place"),
    (math.inf, math.inf, False, "the same infinity"),
    (math.inf, -math.inf, True, "the other infinity"),
    (math.inf, 5.0, True, "an infinite tolerance excuses nothing"),
    (5.0, math.inf, True, "nor does an infinite difference"),
    (1e308, -1e308, True, "a difference too large for a number"),
    (0.0, -0.0, False, "zero has one value"),
]


@pytest.mark.parametrize(("trained", "current", "differ", "why"), CASES)
def test_numbers_are_equal_within_the_tolerance(trained, current, differ, why):
    found, _ = compare_values(np.array([trained]), np.array([current]), np.array([True]), atol=0.0, rtol=1e-9)
    assert found.tolist() == [differ], why


def test_the_larger_of_both_tolerances_counts():
    trained, current, valued = np.array([0.0, 100.0]), np.array([0.5, 100.5]), np.array([True, True])
    assert compare_values(trained, current, valued, atol=0.5, rtol=0.0)[0].tolist() == [False, False]
    assert compare_values(trained, current, valued, atol=0.1, rtol=0.01)[0].tolist() == [True, False]


def test_whole_numbers_beyond_floats_are_compared_exactly_without_tolerance():
    trained, current = np.array([BIG, BIG]), np.array([BIG + 1, BIG])
    assert compare_values(trained, current, np.array([True, True]), atol=0.0, rtol=0.0)[0].tolist() == [True, False]


@pytest.mark.parametrize(
    ("trained", "current", "expected", "why"),
    [
        (["a", "b"], ["a", "c"], [False, True], "text"),
        ([True, False], [True, True], [False, True], "booleans"),
        ([1.0, 2.0], ["1.0", "2.0"], [True, True], "a number is no text"),
        ([[1, 2], [1]], [[1, 2], [2]], [False, True], "lists"),
        ([math.nan, "x"], [math.nan, "x"], [False, False], "NaN among objects"),
        ([datetime.date(2013, 1, 1), None], [datetime.date(2013, 1, 1), "x"], [False, True], "dates"),
    ],
)
def test_all_else_is_equal_or_not_and_no_number_tells_by_how_much(trained, current, expected, why):
    columns = [np.empty(2, dtype=object), np.empty(2, dtype=object)]
    columns[0][:], columns[1][:] = trained, current
    found, difference = compare_values(*columns, np.array([True, True]), atol=0.0, rtol=1e-9)
    assert found.tolist() == expected, why
    assert np.isnan(difference).all()


def test_a_time_that_is_no_time_equals_itself():
    times = np.array(["2013-01-01", "NaT"], dtype="datetime64[s]")
    assert not compare_values(times, times, np.array([True, True]), atol=0.0, rtol=1e-9)[0].any()
