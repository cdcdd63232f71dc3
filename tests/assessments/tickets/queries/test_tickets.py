"""Tickets one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.models import Ticket
from assessments.tickets.forms import TicketFilter
from assessments.tickets.queries import tickets as subject
from assessments.tickets.queries.tickets import newest, teams_with_tickets, ticket, tickets
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db


def test_tickets_come_newest_first_and_teams_by_name():
    for number, (day, team) in enumerate([(2, "ml"), (3, "ads"), (3, "ml")]):
        opened = datetime(2026, 11, day, tzinfo=UTC)
        Ticket.objects.create(source="s", external_id=str(number), title="t", team=team, opened_at=opened)
    assert [row.external_id for row in tickets(None)] == ["2", "1", "0"]
    assert teams_with_tickets(None) == ["ads", "ml"]
    first = tickets(None).first()
    assert ticket(first.pk) == first
    with pytest.raises(Unknown, match="There is no ticket 0"):
        ticket(0)


def test_the_teams_are_those_of_the_organization_without_reading_its_tickets(organization):
    opened = datetime(2026, 11, 2, tzinfo=UTC)
    for number, (whose, team) in enumerate(
        [(organization, ""), (organization, "ml"), (organization, "ml"), (None, "ads")]
    ):
        Ticket.objects.create(
            source="s", external_id=str(number), title="t", team=team, opened_at=opened, organization=whose
        )
    assert teams_with_tickets(organization) == ["", "ml"]
    assert teams_with_tickets(None) == ["ads"]


def test_words_are_searched_in_the_newest_tickets_alone(monkeypatch):
    for day in (1, 2, 3):
        opened = datetime(2026, 11, day, tzinfo=UTC)
        Ticket.objects.create(source="s", external_id=f"ML-{day}", title="A quota", opened_at=opened)
    assert newest(tickets(None)).count() == 3
    monkeypatch.setattr(subject, "MOST_SEARCHED", 2)
    assert [row.external_id for row in newest(tickets(None))] == ["ML-3", "ML-2"]
    listed = {words: TicketFilter({"q": words}, teams=[]).filtered(tickets(None)) for words in ("quota", "ML-1", "ML")}
    assert {words: [row.external_id for row in rows] for words, rows in listed.items()} == {
        "quota": ["ML-3", "ML-2"], "ML-1": ["ML-1"], "ML": [],
    }  # fmt: skip
