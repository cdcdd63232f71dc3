"""Intervals against published examples and against what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from registry.compute.stats.intervals import Interval, deviations, difference, ratio, wilson


@pytest.mark.parametrize(("hits", "rows"), [(0, 20), (81, 263), (20, 20), (1, 7)])
def test_a_share_has_the_interval_of_scipy(hits, rows):
    theirs = binomtest(hits, rows).proportion_ci(method="wilson")
    assert [*wilson(hits, rows)][1:] == pytest.approx([theirs.low, theirs.high], abs=1e-12)


def test_no_rows_say_nothing():
    assert [float(end) for end in wilson(0, 0)] == [0.0, 0.0, 1.0]


def test_a_difference_is_newcombes_example():
    """Newcombe (1998), method 10: 56 of 70 less 48 of 80."""
    assert [round(float(end), 4) for end in difference(wilson(56, 70), wilson(48, 80))] == [0.2, 0.0524, 0.3339]


@pytest.mark.parametrize(("first", "second"), [(0.3, 0.3), (0.05, 0.2), (0.6, 0.4)])
def test_a_ratio_covers_the_truth_about_as_often_as_it_says(first, second):
    random = np.random.default_rng(1)
    tops, bottoms = random.binomial(150, first, 4_000), random.binomial(120, second, 4_000)
    result = ratio(wilson(tops, np.full(4_000, 150)), wilson(bottoms, np.full(4_000, 120)))
    assert 0.94 <= np.mean((result.low <= first / second) & (first / second <= result.high)) <= 0.98


def test_a_ratio_to_nothing_is_without_bound_and_of_nothing_to_nothing_open():
    assert [float(end) for end in ratio(wilson(0, 50), wilson(0, 50))] == [1.0, 0.0, float("inf")]
    result = ratio(wilson(5, 50), wilson(0, 50))
    assert (float(result.value), float(result.high)) == (float("inf"), float("inf"))
    assert float(result.low) > 0


def test_more_comparisons_need_wider_intervals():
    assert deviations(1) < deviations(3) < deviations(300)
    assert deviations(0) == deviations(1)


def test_a_difference_of_exact_values_is_exact():
    assert [*difference(Interval(3.0, 3.0, 3.0), Interval(1.0, 1.0, 1.0))] == [2.0, 2.0, 2.0]
