"""The pages of tickets: import a file, say types one by one, remove the sample."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.models import Ticket
from assessments.tickets.actions.tickets import record_tickets
from platform_site.access import SYSTEM
from platform_site.roof.demo.tickets import sample_tickets

pytestmark = pytest.mark.django_db


def tickets(count, **fields):
    now = datetime.now(UTC)
    rows = [
        {"source": "desk", "external_id": str(n), "title": f"Ticket {n}", "opened_at": now - timedelta(hours=n)}
        | fields
        for n in range(1, count + 1)
    ]
    record_tickets(rows, actor=SYSTEM)


def test_the_sample_is_removed_and_nothing_else(browser_of):
    tickets(1)
    record_tickets(sample_tickets(7, datetime.now(UTC), weeks=2), actor=SYSTEM)
    assert browser_of("contributor").post("/tickets/samples/remove/").status_code == 403
    lead = browser_of("lead")
    assert "Remove sample tickets" in lead.get("/tickets/import/").content.decode()
    lead.post("/tickets/samples/remove/")
    assert "Remove sample tickets" not in lead.get("/tickets/import/").content.decode()
    assert Ticket.objects.get().source == "desk"
