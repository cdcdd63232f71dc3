"""A column's own limits: a noisy one is left alone, a shift is seen, two of three windows are needed."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from registry.compute.stats.calibration import alarms, calibrate, left_out, onsets

ONE_CLASS = np.zeros(28, dtype=int)


def test_the_limit_is_four_deviations_above_the_mean():
    values = np.random.default_rng(1).normal(0.1, 0.01, 28)
    limit = calibrate(values, ONE_CLASS, smallest=0).limits[0]
    assert limit == pytest.approx(values.mean() + 4 * values.std(ddof=1))


def test_a_column_that_never_moves_is_not_alarmed_by_a_crumb():
    assert calibrate(np.zeros(28), ONE_CLASS, smallest=0.02).limits == {0: 0.02}


def test_weekends_have_a_limit_of_their_own():
    weekend = np.arange(28) % 7 >= 5
    values = np.where(weekend, 0.5, 0.1) + np.random.default_rng(2).normal(0, 0.01, 28)
    own = calibrate(values, weekend.astype(int), smallest=0.0)
    assert 0.1 < own.limits[0] < 0.2
    assert 0.5 < own.limits[1] < 0.6


def test_fewer_than_fourteen_windows_are_refused():
    with pytest.raises(ValueError, match="at least 14"):
        calibrate(np.zeros(13), np.zeros(13, dtype=int), smallest=0.0)


def test_a_reference_with_an_outbreak_says_that_it_would_have_raised_alarms():
    values = np.full(28, 0.01)
    values[10:13] = 0.5
    own = calibrate(values, ONE_CLASS, smallest=0.02)
    assert own.expected_alarms(windows_a_week=7) == 0, "three of 28 widen the limit that they are held against"
    values = np.random.default_rng(3).normal(0.01, 0.0005, 60)
    values[40:42] = 0.03
    own = calibrate(values, np.zeros(60, dtype=int), smallest=0.0)
    assert own.above[40:42].all()
    assert own.expected_alarms(windows_a_week=7) == pytest.approx(7 / 60)


@pytest.mark.parametrize(
    ("above", "raised"),
    [
        ([1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0]),
        ([1, 1, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]),
        ([1, 0, 1, 0, 1, 1], [0, 0, 1, 0, 1, 1]),
    ],
)
def test_an_alarm_needs_two_of_three_windows(above, raised):
    assert alarms(np.array(above, dtype=bool)).tolist() == [bool(row) for row in raised]


def test_an_alarm_that_goes_on_is_one():
    assert onsets(np.array([1, 1, 1, 1, 0, 0, 1, 1], dtype=bool)) == 2


@given(st.lists(st.lists(st.integers(-5, 5), min_size=1, max_size=6), min_size=2, max_size=5))
def test_a_window_left_out_of_its_pool_is_as_far_from_it_as_counted_anew(windows):
    pool = np.concatenate([np.array(window, dtype=float) for window in windows])
    inside = np.array([wasserstein_distance(window, pool) for window in windows])
    others = [[*chain.from_iterable(windows[:i] + windows[i + 1 :])] for i in range(len(windows))]
    anew = [wasserstein_distance(window, rest) for window, rest in zip(windows, others, strict=True)]
    rows = np.array([len(window) for window in windows])
    assert left_out(inside, rows, np.full(len(windows), pool.size)) == pytest.approx(anew, abs=1e-9)
