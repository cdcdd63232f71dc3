"""Issues that GitHub delivers: signed, in any order, each recorded once."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from assessments.models import Ticket
from platform_site.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
HOOK = "/api/v1/tickets/webhooks/github/"
SECRET = "a secret that nobody would ever guess"
ISSUE = {
    "number": 7, "title": "How do I log in?", "body": None, "user": {"login": "ada"}, "created_at": "2026-11-02T09:00:00Z",
    "html_url": "https://github.com/acme/ml/issues/7", "closed_at": None,
}  # fmt: skip


def deliver(client, content, *, event="issues", secret=SECRET):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature, "X-GitHub-Event": event}
    return client.post(HOOK, body, content_type="application/json", headers=headers)


def test_a_signed_issue_is_recorded_once(client, settings):
    settings.GITHUB_WEBHOOK_SECRET = SECRET
    assert deliver(client, {"action": "opened", "issue": ISSUE}).status_code == 201
    events = AuditEvent.objects.count()
    assert deliver(client, {"action": "opened", "issue": ISSUE}).status_code == 200
    assert AuditEvent.objects.count() == events
    closed = ISSUE | {"closed_at": "2026-11-03T09:00:00Z"}
    assert deliver(client, {"action": "closed", "issue": closed}).status_code == 200
    ticket = Ticket.objects.get()
    assert (ticket.source, ticket.external_id, ticket.type) == ("github", "acme/ml#7", "how_to")
    assert ticket.resolved_at == datetime(2026, 11, 3, 9, tzinfo=UTC)


def test_deliveries_out_of_order_leave_the_newest_words(client, settings):
    settings.GITHUB_WEBHOOK_SECRET = SECRET

    def at(hour, **changed):
        return {"action": "edited", "issue": ISSUE | {"updated_at": f"2026-11-03T{hour:02}:00:00Z"} | changed}

    for event in (at(1), at(3), at(2, title="Crash"), at(3, closed_at="2026-11-03T03:00:00Z"), at(2)):
        assert deliver(client, event).status_code in (200, 201)
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.resolved_at) == (ISSUE["title"], datetime(2026, 11, 3, 3, tzinfo=UTC))


def test_a_delivery_that_is_not_signed_is_refused(client, settings):
    settings.GITHUB_WEBHOOK_SECRET = SECRET
    assert deliver(client, {"action": "opened", "issue": ISSUE}, secret="another").status_code == 401
    assert client.post(HOOK, b"{}", content_type="application/json").status_code == 401
    assert client.get(HOOK).status_code == 405
    assert not Ticket.objects.exists()


def test_without_a_secret_there_is_no_such_address(client):
    assert deliver(client, {"issue": ISSUE}).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"issue": 3}', 422),
        (b'{"issue": {"number": 1}}', 422),
        (b"\xff", 400),
        (b"[" * 9_999, 400),
    ],
)
def test_an_odd_delivery_is_refused_with_a_reason(client, settings, body, status):
    settings.GITHUB_WEBHOOK_SECRET = SECRET
    answer = deliver(client, body)
    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(("body", "event"), [({"zen": "x"}, "ping"), ({"action": "deleted", "issue": ISSUE}, "issues")])
def test_a_ping_is_answered_and_nothing_recorded(client, settings, body, event):
    settings.GITHUB_WEBHOOK_SECRET = SECRET
    answer = deliver(client, body, event=event)
    assert (answer.status_code, answer.json()) == (200, {"recorded": False})
    assert not Ticket.objects.exists()
