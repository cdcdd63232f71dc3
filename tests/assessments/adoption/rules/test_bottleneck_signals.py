"""Everybody waits for the platform team: each signal at its threshold, with what is behind it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assessments.adoption.rules.adoption import AnswerCount
from assessments.adoption.rules.bottleneck_signals import bottleneck_signals
from assessments.adoption.rules.signals import Figures, Signal, Support
from assessments.adoption.rules.velocity import Release, yearly

TODAY = date(2026, 11, 23)
CALM = Support(40, 8.0, 0.5, 20.0, 6, (AnswerCount("How do I get a GPU?", 9),))


def release(weeks: int, day: date = TODAY, name: str = "r") -> Release:
    return Release(name, day - timedelta(weeks=weeks), day)


def signal(id: str, **figures) -> Signal:
    return {signal.id: signal for signal in bottleneck_signals(Figures(today=TODAY, **figures))}[id]


def supported(id: str, **changed) -> Signal:
    return signal(id, support=CALM._replace(**changed))


@pytest.mark.parametrize(
    ("weeks", "answer", "because"),
    [
        ([13, 13], "seen", "The median of the 2 releases of the last two years took 13.0 weeks, threshold 13 (a quarter)."),
        ([12, 13], "not_seen", "The median of the 2 releases of the last two years took 12.5 weeks, threshold 13 (a quarter)."),
        ([30], "unknown", "2 releases of the last two years are needed; 1 on record."),
    ],
)  # fmt: skip
def test_weeks_to_release(weeks, answer, because):
    result = signal("release_weeks", releases=[release(count) for count in weeks])
    assert (result.answer, result.because) == (answer, because)


def test_a_release_of_two_years_ago_counts_and_an_older_one_does_not():
    days = [TODAY - timedelta(days=731), TODAY - timedelta(days=731)]
    assert signal("release_weeks", releases=[release(20, day) for day in days]).answer == "seen"
    assert signal("release_weeks", releases=[release(20, day - timedelta(days=1)) for day in days]).answer == "unknown"


def test_the_five_slowest_releases_are_named():
    releases = [release(weeks, name=f"r{weeks}") for weeks in (14, 40, 15, 16, 17, 18)]
    names = signal("release_weeks", releases=releases).names
    assert names == ("r40 (40 weeks)", "r18 (18 weeks)", "r17 (17 weeks)", "r16 (16 weeks)", "r15 (15 weeks)")


@pytest.mark.parametrize(
    ("early", "late", "answer", "words"),
    [
        (4, 8, "seen", "The median release took 8.0 weeks in 2026 and 4.0 in 2024: 2.0×, threshold 2×."),
        (4, 7, "not_seen", "1.8×, threshold 2×."),
    ],
)
def test_weeks_to_release_over_the_years(early, late, answer, words):
    releases = [release(early, date(2024, 6, 3))] * 3 + [release(late, date(2026, 6, 1), "new")] * 3
    result = signal("release_trend", releases=releases, years=yearly(releases))
    assert (result.answer, result.because.endswith(words)) == (answer, True)
    assert result.names == (f"new ({late} weeks)",) * 3


@pytest.mark.parametrize(
    ("id", "changed", "answer", "because"),
    [
        ("load", {"per_engineer_per_day": 1.5}, "seen", "1.5 tickets per engineer per working day, 8 a week; threshold 1."),
        ("load", {"per_engineer_per_day": 0.99}, "not_seen", "0.99 tickets per engineer per working day, 8 a week; threshold 1."),
        ("load", {"per_engineer_per_day": None}, "unknown", "The number of platform engineers is not entered."),
        ("waiting", {"median_wait_hours": 120.0}, "seen", "Half of the tickets of the last four weeks waited 5.0 days or longer; threshold 5 days."),
        ("waiting", {"median_wait_hours": 119.0}, "not_seen", "Half of the tickets of the last four weeks waited 5.0 days or longer; threshold 5 days."),
        ("waiting", {"median_wait_hours": None}, "unknown", "No ticket of the last four weeks is resolved."),
        ("backlog", {"open_now": 32}, "seen", "32 tickets open, 8 arrive a week: 4.0 weeks of work waiting; threshold 4."),
        ("backlog", {"open_now": 31}, "not_seen", "31 tickets open, 8 arrive a week: 3.9 weeks of work waiting; threshold 4."),
        ("backlog", {"per_week": 0.0}, "unknown", "5 tickets of the last four weeks are needed; 40 on record."),
    ],
)  # fmt: skip
def test_what_the_tickets_say(id, changed, answer, because):
    result = supported(id, **changed)
    assert (result.answer, result.because) == (answer, because)


@pytest.mark.parametrize("id", ["load", "waiting", "backlog"])
@pytest.mark.parametrize(("support", "count"), [(None, 0), (CALM._replace(tickets=4), 4)])
def test_a_few_tickets_say_nothing(id, support, count):
    result = signal(id, support=support)
    assert (result.answer, result.because) == (
        "unknown",
        f"5 tickets of the last four weeks are needed; {count} on record.",
    )


@pytest.mark.parametrize("id", ["load", "waiting"])
def test_the_questions_asked_most_stand_behind_load_and_waiting(id):
    assert supported(id).names == ("How do I get a GPU? (9)",)


def test_a_ticket_a_day_for_each_engineer_is_the_threshold():
    assert supported("load", per_engineer_per_day=1.0).answer == "seen"
