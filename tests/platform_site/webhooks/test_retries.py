"""When a delivery is tried again, and when a webhook is switched off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from platform_site.webhooks import retries

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_it_is_tried_eight_times_over_a_day():
    half_a_minute = timedelta(seconds=30)
    waits = [retries.next_attempt(attempts, NOON, first=half_a_minute) - NOON for attempts in range(1, 8)]
    assert (waits[0], waits) == (half_a_minute, sorted(waits))
    assert timedelta(hours=23) < sum(waits, timedelta()) < timedelta(hours=24)
    assert retries.next_attempt(8, NOON, first=half_a_minute) is None


@pytest.mark.parametrize(
    ("failures", "minutes", "switched_off"),
    [(20, 60, True), (19, 600, False), (500, 59, False), (20, None, False)],
)
def test_a_webhook_is_given_up_for_many_failures_over_a_long_time(failures, minutes, switched_off):
    since = None if minutes is None else NOON - timedelta(minutes=minutes)
    assert retries.should_switch_off(failures, since, NOON) is switched_off


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 2), (2, 8), (3, 32), (7, 3_600)])
def test_each_wait_is_a_multiple_of_the_first(attempts, minutes):
    later = retries.next_attempt(attempts, NOON, first=timedelta(minutes=2))
    assert later == NOON + timedelta(minutes=minutes)
