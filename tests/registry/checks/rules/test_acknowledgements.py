"""For how long an alert is acknowledged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from registry.checks.rules.acknowledgements import TITLES, Period, ends, returns

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_each_period_has_a_title_and_its_end():
    assert list(TITLES) == list(Period)
    assert {period: ends(period, NOON) for period in Period} == {
        "1_day": NOON + timedelta(hours=24),
        "1_week": NOON + timedelta(days=7),
        "until_fixed": None,
    }


def test_it_says_when_the_alert_returns():
    assert returns(NOON) == "on 2026-11-30 at 12:00 UTC, or earlier with another or worse finding"
    assert returns(None) == "only with another or worse finding"
