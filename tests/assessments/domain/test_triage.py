from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.domain import triage
from assessments.domain.triage import Ticket, TicketType

START = datetime(2026, 1, 5, tzinfo=UTC)


def ticket(kind, *, day=0, hours=None, effort=None, on_platform=True):
    opened = START + timedelta(days=day)
    resolved = opened + timedelta(hours=hours) if hours is not None else None
    return Ticket(kind, opened, resolved, effort, on_platform)


def test_figures_counted_by_hand():
    found = triage.by_type(
        [
            ticket("access", hours=2, effort=4),
            ticket("access", hours=4, effort=4),
            ticket("bug", hours=10),
            ticket("", hours=99),
        ]
    )
    assert [one.type for one in found] == ["bug", "access"]
    assert found[0]._asdict() == {
        "type": "bug",
        "count": 1,
        "share": 1 / 3,
        "median_resolution_hours": 10.0,
        "p90_resolution_hours": 10.0,
        "effort_hours": 10.0,
        "hours_per_ticket": 10.0,
        "hours_are": "resolution_time",
    }
    assert found[1]._asdict() == {
        "type": "access",
        "count": 2,
        "share": 2 / 3,
        "median_resolution_hours": 3.0,
        "p90_resolution_hours": pytest.approx(3.8),
        "effort_hours": 8.0,
        "hours_per_ticket": 4.0,
        "hours_are": "recorded",
    }


def test_untagged_tickets_are_counted_apart():
    assert triage.untagged([ticket(""), ticket("bug")]) == 1


PROPOSALS = [
    ("How do I run a backfill?", "", "how_to", "a title that asks how"),
    ("Please grant me access to the namespace", "", "access", "grant, access, namespace"),
    ("Quota for GPUs", "", "access", "quota"),
    ("Training fails with a timeout", "", "bug", "fails"),
    ("Support for Ray clusters", "", "feature_request", "support for"),
    ("Hello", "I need permission for the bucket", "access", "the body, where the title says nothing"),
    ("Hello", "", "other", "nothing to go by"),
]


@pytest.mark.parametrize(("title", "body", "kind", "why"), PROPOSALS)
def test_a_type_is_proposed_by_rules(title, body, kind, why):
    assert triage.propose_type(title, body).type == kind, why


def test_the_body_is_trusted_less_than_the_title():
    assert triage.propose_type("grant").confidence > triage.propose_type("hello", "grant").confidence


def test_eight_a_week_for_two_engineers():
    tickets = [ticket("bug", day=day) for day in (0, 1, 2, 3, 4, 4, 5, 6)] + [
        ticket("bug", day=7 + day % 7) for day in range(8)
    ]
    a_week = triage.tickets_per_week(tickets, START, START + timedelta(weeks=2, days=3))
    assert (a_week, triage.per_engineer_per_day(a_week, 2)) == (8.0, 0.8)


def test_without_a_full_week_there_is_no_weekly_figure():
    assert triage.tickets_per_week([], START, START + timedelta(days=6)) is None
    assert triage.off_platform_share([]) is None


def test_hints_name_the_figure_that_triggers_them():
    tickets = (
        [ticket("access", effort=1)] * 3 + [ticket("bug", effort=1)] * 4 + [ticket("feature_request", effort=5)] * 3
    )
    found = {hint["type"]: hint["figure"] for hint in triage.hints(triage.by_type(tickets))}
    assert found == {"access": 0.3, "feature_request": 5.0}


tickets = st.lists(
    st.builds(
        ticket,
        st.sampled_from(list(TicketType)),
        day=st.integers(0, 27),
        hours=st.one_of(st.none(), st.integers(0, 200)),
        effort=st.one_of(st.none(), st.integers(0, 40)),
    ),
    min_size=1,
    max_size=40,
)


@given(tickets)
def test_shares_add_to_one(found):
    assert sum(one.share for one in triage.by_type(found)) == pytest.approx(1)


@given(tickets)
def test_the_pareto_falls_and_the_vital_few_are_the_fewest_that_reach_80_per_cent(found):
    figures = triage.by_type(found)
    hours = [one.effort_hours for one in figures]
    assert hours == sorted(hours, reverse=True)
    few, total = triage.vital_few(figures), sum(hours)
    reached = sum(one.effort_hours for one in figures if one.type in few)
    assert not total or reached >= 0.8 * total - 1e-6
    if few:
        without_the_last = sum(sorted(hours, reverse=True)[: len(few) - 1])
        assert without_the_last < 0.8 * total
