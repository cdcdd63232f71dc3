"""The clock of the demo's history: it shows a moment, goes on, never back, and leaves no trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from platform_site.roof.demo.history.clock import StoryClock, days_ago, story_clock, working_day

MONDAY = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Real:
    """A clock on the wall, set by the test."""

    def __init__(self) -> None:
        self.moment = MONDAY

    def __call__(self) -> datetime:
        return self.moment


def test_it_shows_a_moment_and_goes_on_from_there():
    real = Real()
    clock = StoryClock(real)
    assert clock.now() == MONDAY
    clock.move(MONDAY - timedelta(days=3))
    real.moment += timedelta(seconds=2)
    assert clock.now() == MONDAY - timedelta(days=3) + timedelta(seconds=2)


def test_it_never_goes_back_nor_beyond_the_real_time():
    real = Real()
    clock = StoryClock(real, not_before=MONDAY - timedelta(days=2))
    clock.move(MONDAY - timedelta(days=9))
    assert clock.now() == MONDAY - timedelta(days=2)
    clock.move(MONDAY + timedelta(days=1))
    assert clock.now() == MONDAY


def test_the_real_clock_comes_back_whatever_happens():
    real = timezone.now

    def use() -> None:
        with story_clock() as clock:
            clock.move(MONDAY - timedelta(days=400))
            assert timezone.now() < MONDAY - timedelta(days=399)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        use()
    assert timezone.now is real


def test_what_falls_on_a_weekend_is_done_on_friday_evening_in_order(monkeypatch):
    monkeypatch.setattr(timezone, "now", Real())
    saturday, sunday = working_day(2, 9, 15), working_day(1, 9)
    assert days_ago(0, 23) == MONDAY, "nothing lies in the future"
    assert working_day(3, 17, 45) < saturday < working_day(2, 18) < sunday < working_day(1, 23)
    assert {moment.date() for moment in (saturday, sunday)} == {datetime(2026, 11, 27, tzinfo=UTC).date()}
