"""Plans over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Ticket

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


def test_plans_over_the_api(api, tickets, published):
    lead = api("lead")
    made = lead.post("/api/v1/tickets/plans/", {"assessment": published.pk, "reductions": {"bug": 1}}, format="json")
    assert made.status_code == 201
    body = lead.get(f"/api/v1/tickets/plans/{made.json()['id']}/").json()
    assert {line["type"]: line["hours_planned"] for line in body["lines"]} == {"access": 1.5, "bug": 0.0}
    assert lead.get("/api/v1/tickets/plans/").json()["count"] == 1
    assert api("viewer").post("/api/v1/tickets/plans/", made.request, format="json").status_code in {400, 403, 422}
