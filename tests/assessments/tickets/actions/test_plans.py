"""A plan is stored once and never changed; one that plans nothing is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assessments.models import Ticket, TriagePlan
from assessments.tickets.actions.plans import make_plan
from platform_site.errors import Invalid

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


@pytest.mark.parametrize(
    ("reductions", "field"),
    [
        ({}, "reductions"),
        ({"access": 0}, "reductions"),
        ({"access": 1.5}, "reductions.access"),
        ({"x": 1}, "reductions.x"),
    ],
)
def test_a_plan_that_says_nothing_is_refused(tickets, published, lea, reductions, field):
    with pytest.raises(Invalid) as refusal:
        make_plan(published, reductions=reductions, actor=lea)
    assert field in [fault.field for fault in refusal.value.faults]


def test_a_window_without_tickets_has_no_plan(published, lea):
    with pytest.raises(Invalid, match="No labelled ticket"):
        make_plan(published, reductions={"access": 0.5}, end=datetime(2020, 1, 1, tzinfo=UTC), actor=lea)


def test_a_plan_is_never_changed(tickets, published, lea):
    make_plan(published, reductions={"access": 0.5}, actor=lea)
    for write in (lambda: TriagePlan.objects.update(reductions={}), TriagePlan.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
