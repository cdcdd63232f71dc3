"""The open tickets by age, and the types of each team."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.models import Ticket
from assessments.tickets.queries import backlog as queries
from assessments.tickets.queries.backlog import AGES, backlog, by_team
from assessments.tickets.queries.triage import selection_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
TICK = timedelta(seconds=1)


def put(opened_at, **fields):
    number = Ticket.objects.count()
    return Ticket.objects.create(source="s", external_id=str(number), title="t", opened_at=opened_at, **fields)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(queries.timezone, "now", lambda: NOW)


@pytest.mark.parametrize("place", range(1, len(AGES)))
def test_an_age_begins_at_its_limit(place):
    put(NOW - AGES[place].from_age + TICK)
    put(NOW - AGES[place].from_age)
    counts = [group.count for group in backlog(None)]
    assert (counts[place - 1], counts[place], sum(counts)) == (1, 1, 2)


def test_resolved_tickets_and_those_of_others_are_left_out():
    put(NOW - TICK, team="ads")
    put(NOW - TICK, team="ml", on_platform=False)
    put(NOW - TICK, team="ads", resolved_at=NOW)
    assert [sum(group.count for group in backlog(None, *filters)) for filters in ((), ("ads",), (None, False))] == [
        2,
        1,
        1,
    ]


def test_the_teams_with_the_most_tickets_of_the_window(monkeypatch):
    monkeypatch.setattr(queries, "MOST_TEAMS", 2)
    for team, kind in (("ads", "bug"), ("ads", "bug"), ("ml", ""), ("ml", "bug"), ("zoo", "bug")):
        put(NOW - TICK, team=team, type=kind)
    put(NOW - timedelta(weeks=9), team="zoo", type="bug")
    assert by_team(selection_of(None, None, NOW)) == {("ads", "bug"): 2, ("ml", ""): 1, ("ml", "bug"): 1}
