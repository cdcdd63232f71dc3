"""Whether teams come: hand-counted cases, and laws."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.adoption.rules import adoption
from assessments.adoption.rules.adoption import AnswerCount, Coverage, FirstSuccess, ProjectMonth, UseCase

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
SHARES = st.lists(st.none() | st.floats(0, 1), max_size=8)
USE_CASES = st.lists(st.builds(UseCase, st.booleans(), st.booleans()))


def test_five_of_five_supported_is_whole_and_three_gaps_stand_apart():
    result = adoption.coverage([UseCase(True, True)] * 5 + [UseCase(False, False)] * 2 + [UseCase(False, True)])
    assert result == Coverage(supported=5, on_platform=5, gaps=3)
    assert result.share == 1.0


def test_nothing_supported_has_no_coverage():
    assert adoption.coverage([UseCase(False, False)]).share is None


@given(USE_CASES)
def test_an_unsupported_use_case_never_changes_the_coverage(use_cases):
    more = adoption.coverage([*use_cases, UseCase(False, False)])
    assert more.share == adoption.coverage(use_cases).share


@given(USE_CASES)
def test_a_supported_use_case_on_the_platform_never_lowers_the_coverage(use_cases):
    before, after = adoption.coverage(use_cases), adoption.coverage([*use_cases, UseCase(True, True)])
    assert after.share >= (before.share or 0)


def test_projects_are_counted_by_month_and_empty_months_are_there():
    months = adoption.months_until(date(2026, 2, 14), 3)
    projects = [(date(2025, 12, 1), True), (date(2025, 12, 31), False), (date(2026, 2, 1), True)]
    result = adoption.project_months([*projects, (date(2025, 11, 30), True)], months)
    assert result == [
        ProjectMonth(date(2025, 12, 1), 2, 1),
        ProjectMonth(date(2026, 1, 1), 0, 0),
        ProjectMonth(date(2026, 2, 1), 1, 1),
    ]
    assert [row.share for row in result] == [0.5, None, 1.0]


@pytest.mark.parametrize(
    ("figures", "falling"),
    [
        ([0.8, 0.6, 0.4], True),
        ([0.2, 0.8, 0.6, 0.4], True),
        ([0.8, 0.6, 0.4, None], True),
        ([0.8, 0.6, 0.4, 0.5], False),
        ([0.8, 0.6, 0.6], False),
        ([0.8, None, 0.4], False),
        ([0.8, 0.6], False),
        ([None, None, None], False),
        ([], False),
    ],
)
def test_two_falls_running_are_flagged(figures, falling):
    assert adoption.is_falling(figures) is falling


@given(SHARES)
def test_a_month_at_its_highest_is_never_falling(figures):
    assert not adoption.is_falling([*figures, 1.0])


@pytest.mark.parametrize(
    ("minutes", "expected", "in_time"), [(0, 0.0, True), (30, 30.0, True), (31, 31.0, False), (None, None, False)]
)
def test_the_first_success_is_held_against_half_an_hour(minutes, expected, in_time):
    success = None if minutes is None else NINE + timedelta(minutes=minutes)
    first_success = FirstSuccess("search", NINE, success)
    assert (first_success.minutes, first_success.in_time) == (expected, in_time)


def test_answers_add_up_whatever_their_case_and_spaces():
    rows = [("GPU quota", 2), ("gpu  quota ", 1), ("Notebooks", 3), ("Docs", 1)]
    assert adoption.count_answers(rows) == [
        AnswerCount("GPU quota", 3), AnswerCount("Notebooks", 3), AnswerCount("Docs", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 11, 23), (date(2026, 10, 1), date(2026, 12, 31))),
        (date(2024, 2, 29), (date(2024, 1, 1), date(2024, 3, 31))),
        (date(2026, 6, 30), (date(2026, 4, 1), date(2026, 6, 30))),
    ],
)
def test_a_quarter_runs_from_its_first_day_to_its_last(day, quarter):
    assert adoption.quarter_of(day) == quarter


@given(st.dates(date(1900, 1, 1), date(9000, 1, 1)))
def test_every_day_lies_in_its_quarter(day):
    first, last = adoption.quarter_of(day)
    assert first <= day <= last
    assert adoption.quarter_of(last) == (first, last)
