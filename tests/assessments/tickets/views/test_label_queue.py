"""The label queue: one ticket at a time, skip, undo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.models import Ticket, TicketModel
from assessments.tickets.actions.tickets import record_tickets
from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent

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
    assert page.context["labelling"] == (3, 1)
    page = lead.post(f"/tickets/queue/{second.pk}/", {"skip": "1"}, follow=True)
    assert page.context["ticket"] not in (first, second)
    page = lead.post("/tickets/queue/undo/", follow=True)
    first.refresh_from_db()
    assert (first.typed_by, page.context["labelling"].labelled, page.context["ticket"]) == ("", 0, first)
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


def test_one_label_goes_to_all_tickets_that_ask_the_same_and_undo_takes_it_back_from_all(browser_of):
    tickets(3)  # Ticket 1, Ticket 2, Ticket 3: numbers do not count
    tickets(1, title="Other", external_id="9")
    Ticket.objects.filter(external_id="9").update(confidence=0.9)
    lead = browser_of("lead")
    page = lead.get("/tickets/queue/")
    assert page.context["same_title"] == 3
    assert "For all 3 unlabelled tickets that ask the same" in page.content.decode()
    page = lead.post(f"/tickets/queue/{page.context['ticket'].pk}/", {"type": "access", "all": "1"}, follow=True)
    labelled = Ticket.objects.filter(typed_by="person", type="access")
    assert set(labelled.values_list("external_id", flat=True)) == {"1", "2", "3"}
    assert page.context["ticket"].external_id == "9"
    assert {event.subject for event in AuditEvent.objects.filter(action="ticket.changed")} == {
        "ticket:desk/1", "ticket:desk/2", "ticket:desk/3",
    }  # fmt: skip
    lead.post("/tickets/queue/undo/")
    assert not Ticket.objects.filter(typed_by="person").exists()


def test_a_skip_of_a_title_skips_all_that_ask_the_same(browser_of):
    tickets(3)
    tickets(1, title="Other", external_id="9")
    Ticket.objects.filter(external_id="9").update(confidence=0.9)
    lead = browser_of("lead")
    first = lead.get("/tickets/queue/").context["ticket"]
    assert (
        lead.post(f"/tickets/queue/{first.pk}/", {"skip": "1", "all": "1"}, follow=True).context["ticket"].title
        == "Other"
    )


def test_the_accuracy_of_the_suggestions_is_a_file(browser_of):
    TicketModel.objects.create(
        version=1, weights=b"", trained_on=40, accuracy=0.75, rule_accuracy=0.5, in_use=True, trained_at=datetime.now(UTC),
        by_type={"bug": {"tickets": 12, "right": 9}},
    )  # fmt: skip
    page = browser_of("viewer").get("/tickets/queue/?csv=accuracy")
    assert page.content.decode().splitlines() == ["Type,Held-out tickets,Right", "bug,12,9"]
