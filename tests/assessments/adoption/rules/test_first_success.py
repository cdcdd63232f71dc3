"""From the onboarding to the end of the first success: hand-counted cases, and laws."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.adoption.rules.first_success import FirstSuccess, in_time_words

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
MONDAY = NINE.date()


def at(minutes):
    return None if minutes is None else NINE + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("start", "end", "onboarded", "minutes", "in_time", "state"),
    [
        (0, 20, None, 20.0, True, "in_time"),
        (0, 30, None, 30.0, True, "in_time"),
        (0, 31, None, 31.0, False, "too_slow"),
        (0, 180, None, 180.0, False, "too_slow"),  # the first try succeeded, after three hours
        (0, None, None, None, None, "unknown"),  # began at once; when it ended nobody reported
        (45, None, None, None, False, "too_slow"),  # it began too late already
        (None, None, None, None, False, "no_success_yet"),
        (0, 20, MONDAY, 20.0, True, "in_time"),  # on the day of its onboarding
        (0, 20, MONDAY - timedelta(days=1), 9 * 60 + 20.0, False, "too_slow"),
        (0, 20, MONDAY - timedelta(days=8), 7 * 1440 + 9 * 60 + 20.0, False, "too_slow"),  # a week went by first
        (0, 20, MONDAY + timedelta(days=3), 20.0, True, "in_time"),  # it ran before it was onboarded
    ],
)
def test_a_team_is_held_against_half_an_hour(start, end, onboarded, minutes, in_time, state):
    success = FirstSuccess("search", NINE, at(start), at(end), onboarded)
    assert (success.minutes, success.in_time, success.state) == (minutes, in_time, state)


@given(st.integers(0, 5_000), st.integers(0, 500), st.none() | st.dates(date(2026, 10, 1), date(2026, 12, 1)))
def test_what_is_certain_never_exceeds_the_whole_and_an_end_never_helps_a_team(start, length, onboarded):
    ended = FirstSuccess("a", NINE, at(start), at(start + length), onboarded)
    running = ended._replace(success_ended_at=None)
    assert running.at_least_minutes <= ended.at_least_minutes == ended.minutes
    assert ended.minutes >= 0
    if running.in_time is False:
        assert ended.in_time is False


def test_the_words_leave_out_what_is_not_known():
    teams = [FirstSuccess("a", NINE, NINE, at(30)), FirstSuccess("b", NINE), FirstSuccess("c", NINE, NINE)]
    count, words = in_time_words(teams)
    assert count == "1 of 2"
    assert "not known for 1" in words
    assert in_time_words(teams[2:]) == (None, "no first successful run has its end on record (ended_at)")
    assert in_time_words([]) == (None, "no training run is reported")
