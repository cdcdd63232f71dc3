"""Metrics are judged by the growth of their errors, with an interval that covers it as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from registry.compute.stats.metrics.measured import Measured, mean_of, share_of, worsening


def accuracy(hits: int, rows: int) -> Measured:
    return share_of("accuracy", hits, rows, "No rows.")


def test_twice_the_errors_is_a_growth_of_all_of_them():
    assert worsening(accuracy(9_900, 10_000), accuracy(9_800, 10_000), 1.96).value == pytest.approx(1.0)
    assert worsening(accuracy(5_000, 10_000), accuracy(4_900, 10_000), 1.96).value == pytest.approx(0.02)


def test_no_errors_before_and_some_now_is_without_bound_and_decided_by_its_lower_end():
    change = worsening(accuracy(500, 500), accuracy(400, 500), 1.96)
    assert (change.value, change.high) == (float("inf"), float("inf"))
    assert change.low > 10
    assert worsening(accuracy(500, 500), accuracy(499, 500), 1.96).low < 0.1


@pytest.mark.parametrize("both", [(500, 500), (0, 300)])
def test_the_same_on_both_sides_is_no_growth(both):
    change = worsening(accuracy(*both), accuracy(*both), 1.96)
    assert change.value == 0.0
    assert change.low <= 0.0


def test_bias_grows_in_either_direction_as_a_share_of_the_mean_absolute_error():
    before, after = (Measured("bias", value, 0.01, 100, scale=2.0) for value in (0.5, -0.9))
    change = worsening(before, after, 1.96)
    assert change.value == pytest.approx(0.2)
    assert 0 < change.low < 0.2 < change.high


def test_what_chance_explains_of_a_calibration_error_is_taken_off():
    before, after = (Measured("calibration_error", value, 0.0, 100, chance=0.02) for value in (0.02, 0.05))
    assert worsening(before, after, 1.96).value == pytest.approx(0.3)  # of 0.1
    assert worsening(before, before._replace(value=0.01), 1.96).value == 0.0


def test_a_side_without_a_value_has_no_growth():
    assert worsening(accuracy(1, 2), Measured("accuracy", None, 0.0, 0, "No rows."), 1.96) is None


@pytest.mark.parametrize(("share", "rows"), [(0.02, 300), (0.3, 300), (0.0, 300)])
def test_an_interval_of_95_percent_covers_the_growth_at_least_about_as_often(share, rows):
    random = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        wrong = random.binomial(rows, share, 2)
        change = worsening(*(accuracy(rows - count, rows) for count in wrong), 1.96)
        covered += change.low <= 0.0 <= change.high
    assert covered / 400 >= 0.93


def test_a_mean_has_the_standard_error_of_a_mean():
    measured = mean_of("mae", np.array([1.0, 2.0, 3.0]))
    assert (measured.value, measured.deviation) == (2.0, pytest.approx(1 / np.sqrt(3)))
    assert mean_of("mae", np.array([4.0])).deviation == 0.0
