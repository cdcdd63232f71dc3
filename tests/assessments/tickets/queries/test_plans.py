"""A plan is compared with the tickets since it was made."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Ticket, TriagePlan
from assessments.tickets.queries.plans import outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(db):
    """Two weeks ago: 6 on access of an hour each, 2 bugs of two hours, off the platform; one more that is open and untagged."""
    opened = timezone.now() - timedelta(days=14)
    rows = [
        Ticket(type="access", team="search", effort_hours=1.0, resolved_at=opened + timedelta(hours=3), title="quota")
        for _ in range(6)
    ]
    rows += [
        Ticket(type="bug", team="fraud", effort_hours=2.0, resolved_at=opened + timedelta(hours=5), title="crash",
               on_platform=False) for _ in range(2)
    ]  # fmt: skip
    rows.append(Ticket(team="fraud", title="=cmd"))
    for number, row in enumerate(rows):
        row.source, row.external_id, row.opened_at = "jira", str(number), opened
    return Ticket.objects.bulk_create(rows)


def test_a_plan_is_held_against_the_weeks_since(tickets, published, lea):
    now = timezone.now()
    plan = TriagePlan.objects.create(
        assessment=published, window_start=now - timedelta(weeks=24), window_end=now - timedelta(weeks=20),
        before=[{"type": "access", "tickets": 40, "hours": 40.0}], reductions={"access": 0.5}, made_by="lea",
        made_at=now - timedelta(weeks=4),
    )  # fmt: skip
    lines = {line.type: line for line in outcome(plan).lines}
    access, bug = lines["access"], lines["bug"]
    assert (access.tickets_before, access.tickets_planned, access.tickets_since) == (10, 5, pytest.approx(1.5))
    assert (access.as_planned, bug.as_planned, bug.tickets_planned) == (True, False, 0)
