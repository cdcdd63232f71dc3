"""What automating tickets would leave, as a program sees it."""

import pytest

from assessments.models import Ticket
from platform_site.audit.models import AuditEvent

PATH = "/api/v1/tickets/simulate/"
WINDOW = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-15T00:00:00Z"}


@pytest.fixture
def two_tickets(db):
    for number, (kind, hours) in enumerate([("access", 6), ("bug", 2)]):
        Ticket.objects.create(
            source="jira", external_id=str(number), title=kind, opened_at="2026-11-02T09:00:00Z", type=kind,
            typed_by="person", effort_hours=hours,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("reductions", "after", "levers"),
    [({"access": 1}, 2.0, ["access"]), ({"bug": 1}, 6.0, None), ({}, 8.0, None)],
)
def test_hours_after_and_the_smallest_levers(api, two_tickets, reductions, after, levers):
    answer = api("viewer", scopes=("read",)).post(PATH, WINDOW | {"reductions": reductions}, format="json")
    assert answer.status_code == 200, answer.json()
    body = answer.json()
    assert (body["hours_before"], body["hours_after"], body["smallest_levers"]) == (8.0, after, levers)
    assert body["reaches_half"] is (levers is not None)


def test_simulating_records_nothing(api, two_tickets):
    client = api("viewer", scopes=("read",))
    client.get("/api/v1/capabilities/")  # a token's first use is on record
    before = AuditEvent.objects.count()
    client.post(PATH, WINDOW | {"reductions": {"access": 1}}, format="json")
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    "reductions", [{"access": 1.1}, {"access": -0.1}, {"magic": 0.5}, {"bug": "\0"}, None, 10**400, {"bug": "nan"}]
)
def test_a_share_that_means_nothing_is_reported(api, reductions):
    answer = api("viewer", scopes=("read",)).post(PATH, WINDOW | {"reductions": reductions}, format="json")
    assert answer.status_code == 400, answer.content
