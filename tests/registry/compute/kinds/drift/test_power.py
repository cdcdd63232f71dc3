"""What a series could have seen: measured by planting, and silent where it would not have noticed anything."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from registry.compute.kinds.drift.power import power_of
from registry.compute.kinds.drift.window_distances import Cut, Measured, Plan, Planted

DAYS = 20
LABELS = tuple(date(2024, 1, 1) + timedelta(days=day) for day in range(DAYS))
PLAN = Plan(Cut(LABELS, ()), Cut((), ()), "day", calibrated=False, minimum_rows=100)


def measured(planted: Planted, *, rows: int = 500, above: int = 0) -> Measured:
    values = np.full(DAYS, 0.01)
    values[:above] = 1.0
    return Measured(values, np.empty(0), (np.full(DAYS, rows), np.empty(0)), (np.zeros(DAYS), np.empty(0)), planted)


def planted(*seen: float) -> Planted:
    """The statistic of each of the last seven windows after changes of growing size."""
    return Planted((0.1, 0.2, 1.0), np.array([[value] * 7 for value in seen]))


@pytest.mark.parametrize(
    ("values", "detectable"), [((0.05, 0.3, 0.9), 0.2), ((0.3, 0.3, 0.9), 0.1), ((0.05, 0.1, 0.15), None)]
)
def test_the_smallest_change_above_the_bar_is_seen(values, detectable):
    power = power_of("wasserstein_normed", measured(planted(*values)), np.full(DAYS, 0.2), PLAN, own=None)
    assert power.detectable == detectable
    assert bool(power.blind) is (detectable is None)


def test_a_blind_series_says_what_it_would_miss():
    power = power_of("jensen_shannon", measured(planted(0.1, 0.1, 0.1)), np.full(DAYS, 0.95), PLAN, own=None)
    assert power.blind == (
        "It cannot alarm here: its limit is 0.95, and not even 100% of the rows in the rarest category would be above it."
    )


def test_windows_with_too_few_values_promise_nothing():
    power = power_of("wasserstein_normed", measured(planted(1, 1, 1), rows=50), np.full(DAYS, 0.2), PLAN, own=None)
    assert (power.detectable, power.expected_alarms_a_week) == (None, None)


def test_where_nothing_can_be_planted_nothing_is_blind():
    nothing = Planted((), np.empty((0, 0)))
    power = power_of("wasserstein_normed", measured(nothing), np.full(DAYS, 0.2), PLAN, own=None)
    assert (power.detectable, power.blind) == (None, "")


def test_reference_windows_above_a_fixed_limit_are_the_alarms_to_expect():
    power = power_of("wasserstein_normed", measured(planted(1, 1, 1), above=4), np.full(DAYS, 0.2), PLAN, own=None)
    assert power.expected_alarms_a_week == pytest.approx(4 / DAYS * 7)
