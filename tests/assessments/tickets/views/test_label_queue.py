"""The label queue: one ticket at a time, skip, undo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.models import Ticket
from assessments.tickets.actions.tickets import record_tickets
from platform_site.access import SYSTEM

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


def tickets(count, **fields):
    now = datetime.now(UTC)
    rows = [
        {"source": "desk", "external_id": str(n), "title": f"Ticket {n}", "opened_at": now - timedelta(hours=n)}
        | fields
        for n in range(1, count + 1)
    ]
    record_tickets(rows, actor=SYSTEM)


def test_a_word_a_skip_and_an_undo_in_the_queue(browser_of):
    tickets(3)
    lead = browser_of("lead")
    first = lead.get("/tickets/queue/").context["ticket"]
    page = lead.post(f"/tickets/queue/{first.pk}/", {"type": "bug"}, follow=True)
    second = page.context["ticket"]
    assert page.context["campaign"] == (3, 1)
    page = lead.post(f"/tickets/queue/{second.pk}/", {"skip": "1"}, follow=True)
    assert page.context["ticket"] not in (first, second)
    page = lead.post("/tickets/queue/undo/", follow=True)
    first.refresh_from_db()
    assert (first.typed_by, page.context["campaign"].labelled, page.context["ticket"]) == ("", 0, first)
    assert lead.post("/tickets/queue/undo/", follow=True).status_code == 200


def test_htmx_gets_the_ticket_alone(browser_of):
    tickets(1)
    page = browser_of("lead").get("/tickets/queue/", headers=FRAGMENT).content.decode()
    assert page.lstrip().startswith('<div id="queue"')
    assert "<html" not in page


def test_a_word_that_is_no_type_changes_nothing(browser_of):
    tickets(1)
    ticket = Ticket.objects.get()
    assert browser_of("lead").post(f"/tickets/queue/{ticket.pk}/", {"type": "incident"}).status_code == 422
    ticket.refresh_from_db()
    assert ticket.typed_by == ""


def test_an_empty_and_a_finished_queue_say_so(browser_of):
    lead = browser_of("lead")
    assert "No ticket in the last four weeks" in lead.get("/tickets/queue/").content.decode()
    tickets(2, type="bug")
    assert "Every ticket of the last four weeks is labelled" in lead.get("/tickets/queue/").content.decode()
