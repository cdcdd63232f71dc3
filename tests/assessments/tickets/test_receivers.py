"""Tickets follow the record of their team, unless their source says it itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assessments.models import Ticket
from assessments.tickets.actions.tickets import record_ticket
from platform_site.access import SYSTEM
from platform_site.people.actions.teams import change_team, create_team
from platform_site.people.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
OPENED = datetime(2026, 10, 5, 9, tzinfo=UTC)


def ticket(number, team, **fields):
    opened = OPENED.replace(day=number)
    return record_ticket(
        source="x", external_id=str(number), title="t", opened_at=opened, team=team, **fields, actor=SYSTEM
    )


def on_platform():
    return list(Ticket.objects.order_by("opened_at").values_list("on_platform", flat=True))


def test_tickets_follow_the_record_of_their_team():
    ticket(1, "Risk")
    ticket(9, "risk models")
    ticket(10, "risk", on_platform=False)  # the source itself says it
    ticket(11, "other")
    assert on_platform() == [None, None, False, None]
    team = create_team(slug="risk", name="Risk Models", on_platform=True, actor=SYSTEM)
    assert on_platform() == [True, True, False, None]
    change_team(team, onboarded_on=date(2026, 10, 5), actor=SYSTEM)
    assert on_platform() == [False, True, False, None]
    change_team(team, name="Credit", onboarded_on=None, actor=SYSTEM)
    assert on_platform() == [True, None, False, None]
    change_team(Team.objects.get(), on_platform=None, actor=SYSTEM)
    assert on_platform() == [None, None, False, None]
