"""When quiet hours end, by the clock on the wall of the person."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.webhooks.rules.quiet import Quiet, ends, held_until

BERLIN = Quiet(time(22), time(7), "Europe/Berlin")
NOON_TO_ONE = Quiet(time(12), time(13), "Asia/Kolkata")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "now", "end"),
    [
        (BERLIN, "2026-11-30T20:59", None),
        (BERLIN, "2026-11-30T21:00", "2026-12-01T06:00"),
        (BERLIN, "2026-12-01T05:59", "2026-12-01T06:00"),
        (BERLIN, "2026-12-01T06:00", None),
        (BERLIN, "2026-07-01T04:59", "2026-07-01T05:00"),
        (BERLIN, "2026-03-28T23:00", "2026-03-29T05:00"),  # the night on which clocks go forward
        (BERLIN, "2026-10-24T23:00", "2026-10-25T06:00"),  # and the one on which they go back
        (NOON_TO_ONE, "2026-11-30T06:29", None),
        (NOON_TO_ONE, "2026-11-30T06:30", "2026-11-30T07:30"),
        (NOON_TO_ONE, "2026-11-30T07:30", None),
    ],
)
def test_they_end_when_the_wall_says_so(quiet, now, end):
    assert ends(quiet, at(now)) == (at(end) if end else None)


def test_what_is_critical_does_not_wait():
    night = at("2026-11-30T23:00")
    assert held_until(BERLIN, "critical", night) is None
    assert held_until(BERLIN, "error", night) == at("2026-12-01T06:00")
    assert held_until(None, "info", night) is None


@given(
    st.times(),
    st.times(),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia"]),
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),
)
def test_nothing_waits_longer_than_a_day_and_an_hour(begins, end, zone, moment):
    if begins == end:
        return
    now = moment.replace(tzinfo=UTC)
    until = ends(Quiet(begins, end, zone), now)
    assert until is None or 0 < (until - now).total_seconds() <= 25 * 3_600
