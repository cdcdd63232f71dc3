from datetime import timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given

from assessments.tickets.rules import triage
from assessments.tickets.rules.triage import by_type, pareto, vital_few
from tests.assessments.tickets.ticket_samples import START, ticket, tickets


def test_the_pareto_by_hand():
    figures = by_type([ticket("bug", effort=1), ticket("access", effort=7), ticket("how_to", effort=2)])
    assert [tuple(line) for line in pareto(figures).lines] == [("access", 7, 0.7), ("how_to", 2, 0.9), ("bug", 1, 1.0)]


@pytest.mark.parametrize(
    ("efforts", "few", "why"),
    [
        ({"access": 8, "bug": 2}, ["access"], "exactly 80 % is enough"),
        ({"access": 79, "bug": 21}, ["access", "bug"], "79 % is not"),
        ({"access": 1, "bug": 1, "how_to": 1, "other": 1, "feature_request": 1},
         ["access", "bug", "feature_request", "how_to"], "four of five equals"),
        ({"access": 3, "bug": 0}, ["access"], "one type has all the hours"),
        ({"access": 0}, ["access"], "hours of nothing: it is counted in tickets"),
        ({}, [], "no tickets"),
    ],
)  # fmt: skip
def test_the_vital_few_by_hand(efforts, few, why):
    figures = by_type([ticket(kind, effort=effort) for kind, effort in efforts.items()])
    assert vital_few(figures) == few, why


def test_where_nobody_recorded_hours_the_pareto_is_by_count():
    figures = by_type([ticket("bug", hours=900), ticket("access", hours=1), ticket("access", hours=1)])
    assert pareto(figures) == ("tickets", [("access", 2, 2 / 3), ("bug", 1, 1.0)])
    assert vital_few(figures) == ["access", "bug"]


def test_eight_a_week_for_two_engineers():
    first, second = [(0, 1, 2, 3, 4, 4, 5, 6), (7, 7, 8, 9, 10, 11, 12, 13)]
    beyond = [14] * 30
    rows = [ticket("bug", day=day) for day in (*first, *second, *beyond)]
    a_week = triage.tickets_per_week(rows, START, START + timedelta(weeks=2, days=3))
    assert (a_week, triage.per_engineer_per_day(a_week, 2)) == (8.0, 0.8)


def test_a_week_without_tickets_counts_as_a_week():
    rows = [ticket("bug", day=day) for day in (-1, 0, 0, 0, 0)]
    assert triage.tickets_per_week(rows, START, START + timedelta(weeks=3)) == 0.0
    assert triage.tickets_per_week(rows, START, START + timedelta(weeks=2)) == 2.0


def test_without_a_full_week_there_is_no_weekly_figure():
    assert triage.tickets_per_week([], START, START + timedelta(days=6)) is None
    assert triage.tickets_per_week([], START, START - timedelta(weeks=2)) is None


def test_where_a_figure_cannot_be_known_there_is_none():
    assert triage.per_engineer_per_day(None, 2) is None
    assert triage.per_engineer_per_day(8, None) is None
    assert triage.per_engineer_per_day(8, 0) is None
    assert triage.off_platform_share([]) is None


def test_the_off_platform_share():
    rows = [ticket("bug", on_platform=False), ticket("bug"), ticket(""), ticket("", on_platform=False)]
    assert triage.off_platform_share(rows) == 0.5


HINTS = [
    ([("access", 1)] * 3 + [("bug", 1)] * 7, {"access": 0.3}, "30 % is enough"),
    ([("access", 1)] * 29 + [("bug", 1)] * 71, {}, "29 % is not"),
    ([("how_to", 1)] * 3 + [("bug", 1)] * 7, {"how_to": 0.3}, "questions likewise"),
    ([("how_to", 1)] * 29 + [("bug", 1)] * 71, {}, "and 29 % of them are not"),
    ([("feature_request", 2), ("bug", 1)], {"feature_request": 2.0}, "twice the others' median"),
    ([("feature_request", 1.9), ("bug", 1)], {}, "less than twice"),
    ([("feature_request", 4), ("bug", 1), ("other", 2), ("access", 9)], {"feature_request": 4.0}, "the median"),
    ([("feature_request", 9)], {}, "nothing to compare with"),
    ([("feature_request", 0), ("bug", 0)], {}, "no hours at all"),
    ([("access", 1), ("how_to", 1)], {"access": 0.5, "how_to": 0.5}, "two at once"),
    ([], {}, "no tickets"),
]


@pytest.mark.parametrize(("rows", "expected", "why"), HINTS, ids=[why for *_, why in HINTS])
def test_hints_name_the_figure_that_triggers_them(rows, expected, why):
    result = triage.hints(by_type([ticket(kind, effort=effort) for kind, effort in rows]))
    assert {hint.type: hint.figure for hint in result} == expected


def test_hints_say_where_to_begin():
    rows = [ticket("access", effort=1), ticket("how_to", effort=1), ticket("feature_request", effort=9)]
    titles = {
        "access": [
            "Read rights on the feature store for Ana",
            "Please add Bo to the feature store",
            "GPU quota",
            "Hello",
        ],
        "how_to": ["How do I get 4 GPUs?", "how do I get 8 GPUs", "Where are the logs?"],
        "feature_request": ["Serve from the edge"] * 2,
    }
    top = {hint.type: [tuple(group) for group in hint.top] for hint in triage.hints(by_type(rows), titles)}
    assert top == {
        "access": [("feature store", 2), ("GPU quota", 1)],
        "how_to": [("How do I get 4 GPUs?", 2), ("Where are the logs?", 1)],
        "feature_request": [("Serve from the edge", 2)],
    }


@given(tickets)
def test_the_pareto_falls_and_its_line_rises_to_one(tickets):
    lines = pareto(by_type(tickets)).lines
    assert all(first.amount >= after.amount for first, after in pairwise(lines))
    assert all(first.cumulative_share <= after.cumulative_share for first, after in pairwise(lines))
    assert not lines or lines[-1].cumulative_share == pytest.approx(1)


@given(tickets)
def test_no_smaller_set_than_the_vital_few_reaches_80_per_cent(tickets):
    hours = {line.type: line.amount for line in pareto(by_type(tickets)).lines}
    few, target = vital_few(by_type(tickets)), 0.8 * sum(hours.values())
    assert sum(hours[kind] for kind in few) >= target - 1e-6
    smaller = combinations(hours.values(), len(few) - 1) if few else []
    assert all(sum(chosen) < target for chosen in smaller)
