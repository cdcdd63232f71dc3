"""A metric's error over windows, by a limit of its own or by a fixed one."""

from __future__ import annotations

import numpy as np
import pytest

from registry.compute.kinds.quality.windows import WindowValues, series_of
from tests.registry.compute.kinds.quality.rows import plan_of

REFERENCE, DAYS = 28, 35
STEADY = 0.1 + 0.005 * np.cos(np.arange(REFERENCE))


def values_of(current, *, statistic="auc_error", reference=STEADY, broken=None, limit=0.15, smallest=0.11):
    current = np.array(current, dtype=float)
    above = np.zeros(current.size, bool) if broken is None else np.array(broken)
    return WindowValues(statistic, reference, current, np.full(current.size, 60), above, limit, smallest)


def plan(**options):
    return plan_of(1, reference=REFERENCE, days=DAYS, **options)


def test_a_calibrated_limit_comes_from_the_reference_and_two_of_three_windows_alarm():
    result = series_of(values_of([0.1, 0.2, 0.1, 0.1, 0.2, 0.2, np.nan]), plan())
    assert (result.calibrated, result.limit) == (True, None)
    assert 0.11 <= result.points[0].limit < 0.15
    assert [point.above for point in result.points] == [False, True, False, False, True, True, False]
    assert [point.window for point in result.alarms] == ["2024-02-03"]
    assert (result.points[-1].value, result.points[0].rows) == (None, 60)


def test_no_calibrated_limit_is_below_the_smallest_growth():
    result = series_of(values_of([0.1] * 7, reference=np.full(REFERENCE, 0.1), smallest=0.13), plan())
    assert {point.limit for point in result.points} == {0.13}
    assert result.expected_alarms_a_week == 0.0


def test_by_a_fixed_limit_a_window_alarms_when_its_whole_interval_is_above():
    broken = [False, True, False, False, False, False, False]
    result = series_of(values_of([0.2] * 7, broken=broken), plan(calibrated=False))
    assert (result.calibrated, result.limit, result.expected_alarms_a_week) == (False, 0.15, None)
    assert [point.window for point in result.alarms] == ["2024-01-30"]


def test_a_reference_of_few_windows_with_a_value_is_not_calibrated():
    few = np.where(np.arange(REFERENCE) < 13, STEADY, np.nan)
    assert not series_of(values_of([0.2] * 7, reference=few), plan()).calibrated
    enough = np.where(np.arange(REFERENCE) < 14, STEADY, np.nan)
    assert series_of(values_of([0.2] * 7, reference=enough), plan()).calibrated


@pytest.mark.parametrize(("statistic", "is_blind"), [("auc_error", True), ("brier", True), ("log_loss", False)])
def test_a_limit_that_no_share_can_pass_says_so(statistic, is_blind):
    wide = np.where(np.arange(REFERENCE) % 2, 0.9, 0.1)
    blind = series_of(values_of([1.0] * 7, statistic=statistic, reference=wide), plan()).blind
    assert ("no window can be above it" in blind) is is_blind
    assert bool(blind) is is_blind
