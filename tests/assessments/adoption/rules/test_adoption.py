"""Whether teams come: hand-counted cases, and laws."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.adoption.rules import adoption
from assessments.adoption.rules.adoption import AnswerCount, Coverage, Project, ProjectMonth, TeamAnswer, UseCase

SHARES = st.lists(st.none() | st.floats(0, 1), max_size=8)
USE_CASES = st.lists(st.builds(UseCase, st.text(max_size=3), st.booleans(), st.booleans()))


def test_five_of_five_supported_is_whole_and_three_gaps_stand_apart():
    result = adoption.coverage(
        [UseCase("x", True, True)] * 5 + [UseCase("x", False, False)] * 2 + [UseCase("x", False, True)]
    )
    assert result == Coverage(supported=5, on_platform=5, gaps=3)
    assert result.share == 1.0


def test_nothing_supported_has_no_coverage():
    assert adoption.coverage([UseCase("x", False, False)]).share is None


@given(USE_CASES)
def test_an_unsupported_use_case_never_changes_the_coverage(use_cases):
    more = adoption.coverage([*use_cases, UseCase("x", False, False)])
    assert more.share == adoption.coverage(use_cases).share


@given(USE_CASES)
def test_a_supported_use_case_on_the_platform_never_lowers_the_coverage(use_cases):
    before, after = adoption.coverage(use_cases), adoption.coverage([*use_cases, UseCase("x", True, True)])
    assert after.share >= (before.share or 0)


def test_projects_are_counted_by_month_and_empty_months_are_there():
    months = adoption.months_until(date(2026, 2, 14), 3)
    projects = [
        Project(date(2025, 12, 1), True, "ads"),
        Project(date(2025, 12, 31), False, "maps"),
        Project(date(2026, 2, 1), True, "maps"),
    ]
    result = adoption.project_months([*projects, Project(date(2025, 11, 30), True)], months)
    assert result == [
        ProjectMonth(date(2025, 12, 1), 2, 1, ("maps",)),
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


def test_answers_add_up_whatever_their_case_and_spaces():
    rows = [
        TeamAnswer("search", "GPU quota"), TeamAnswer("ads", "gpu  quota "), TeamAnswer("ads", "GPU quota"),
        *[TeamAnswer(team, "Notebooks") for team in "abc"], TeamAnswer("", "Docs"),
    ]  # fmt: skip
    assert [(count.answer, count[1], count.teams) for count in adoption.count_answers(rows)] == [
        ("GPU quota", 3, ("ads", "search")), ("Notebooks", 3, ("a", "b", "c")), ("Docs", 1, ()),
    ]  # fmt: skip


def test_merged_answers_count_as_one_under_the_words_of_the_lead():
    rows = [
        TeamAnswer("ads", "C++ serving", "Own container"), TeamAnswer("maps", "own  container"),
        TeamAnswer("fraud", "bring our image", "Own container"), TeamAnswer("fraud", "Docs"),
    ]  # fmt: skip
    assert adoption.count_answers(rows)[0] == AnswerCount(
        "Own container", 3, ("ads", "fraud", "maps"), ("C++ serving", "bring our image", "own container")
    )


@given(
    st.lists(
        st.builds(TeamAnswer, st.sampled_from("abc"), st.sampled_from(["x", "X ", "y"]), st.sampled_from(["", "y"]))
    )
)
def test_no_answer_is_lost_or_counted_twice(answers):
    counted = adoption.count_answers(answers)
    assert sum(answer[1] for answer in counted) == len(answers)
    assert len({adoption.folded(answer.answer) for answer in counted}) == len(counted)


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
