"""Tickets one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.models import Ticket
from assessments.tickets.queries.tickets import teams_with_tickets, ticket, tickets
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
