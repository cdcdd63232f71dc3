"""The pages of tickets: import a file, say types one by one, remove the sample."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.models import Ticket
from assessments.tickets.actions.tickets import record_ticket, record_tickets
from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.roof.demo.tickets import sample_tickets

pytestmark = pytest.mark.django_db
CONTRIBUTOR = Actor("contributor", frozenset({Role.CONTRIBUTOR}))


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


def one_ticket(actor=SYSTEM, **fields):
    values = {"title": "How do I get a quota?", "opened_at": datetime(2026, 11, 2, 9, 30, 41, tzinfo=UTC)} | fields
    return record_ticket(source="jira", external_id="ML-1", actor=actor, **values)[0]


def form_of(page):
    """What a browser would send of the form as it is shown."""
    return {field.html_name: field.value() for field in page.context["form"] if field.value() not in (None, "")}


def test_a_ticket_has_a_page_with_its_text_and_history(browser_of):
    ticket = one_ticket(body="<b>Urgent</b>", team="ads")
    record_ticket(source="jira", external_id="ML-1", team="fraud", actor=SYSTEM)
    page = browser_of("viewer").get(f"/tickets/{ticket.pk}/").content.decode()
    assert "&lt;b&gt;Urgent" in page
    assert '<span class="quiet">ads</span> → fraud' in page
    assert "Save ticket" not in page
    assert browser_of("viewer").get("/tickets/999999/").status_code == 404


def test_a_ticket_is_corrected_on_its_page_and_what_is_not_touched_stays(browser_of):
    ticket = one_ticket(CONTRIBUTOR)
    contributor = browser_of("contributor")
    values = form_of(contributor.get(f"/tickets/{ticket.pk}/"))
    values["opened_at"] = values["opened_at"].strftime("%Y-%m-%dT%H:%M")
    answer = contributor.post(f"/tickets/{ticket.pk}/", values | {"type": "bug", "effort_hours": "1.5"})
    assert answer.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.type, ticket.typed_by, ticket.effort_hours, ticket.opened_at.second) == ("bug", "person", 1.5, 41)
    assert AuditEvent.objects.get(action="ticket.changed").content == {
        "type": {"from": "how_to", "to": "bug"},
        "typed_by": {"from": "rule", "to": "person"},
        "confidence": {"from": 0.8, "to": None},
        "effort_hours": {"from": None, "to": 1.5},
    }


def test_whoever_neither_recorded_it_nor_is_of_its_team_sorts_it_and_reads_who_may_do_more(browser_of):
    ticket = one_ticket(team="ads")
    contributor = browser_of("contributor")
    page = contributor.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "came from a tracker for team ads. Only contributors of team ads and leads change it." in page
    contributor.post(f"/tickets/{ticket.pk}/", {"title": "Mine", "type": "bug", "effort_hours": "9999"})
    ticket.refresh_from_db()
    assert (ticket.title, ticket.type, ticket.effort_hours) == ("How do I get a quota?", "bug", None)
    assert "Only contributors" not in browser_of("lead").get(f"/tickets/{ticket.pk}/").content.decode()


def test_a_bad_correction_shows_every_fault_and_changes_nothing(browser_of):
    ticket = one_ticket()
    page = browser_of("lead").post(
        f"/tickets/{ticket.pk}/", {"title": "", "opened_at": "2026-11-02T09:30", "effort_hours": "-1"}
    )
    assert page.status_code == 422
    assert "How do I get a quota?" in page.content.decode()
    assert set(page.context["form"].errors) >= {"title"}
    assert not AuditEvent.objects.filter(action="ticket.changed").exists()


def test_a_ticket_is_corrected_in_its_row(browser_of):
    ticket = one_ticket(CONTRIBUTOR)
    contributor, row = browser_of("contributor"), f"/tickets/{ticket.pk}/row/"
    assert 'name="effort_hours"' in contributor.get(f"{row}?edit=1").content.decode()
    values = {"type": "access", "team": "fraud", "effort_hours": "0.5", "resolved_at": "2026-11-03T10:00"}
    answer = contributor.post(row, values, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith("<tr>")
    assert "fraud" in answer.content.decode()
    ticket.refresh_from_db()
    assert (ticket.type, ticket.team, ticket.effort_hours, ticket.resolution_hours) == (
        "access", "fraud", 0.5, pytest.approx(24.488611),
    )  # fmt: skip
    earlier = contributor.post(row, values | {"resolved_at": "2026-11-01T10:00"}, headers={"HX-Request": "true"})
    assert (earlier.status_code, "before it was opened" in earlier.content.decode()) == (422, True)
    assert contributor.post(row, values).url == f"/tickets/{ticket.pk}/"


def test_a_viewer_corrects_nothing(browser_of):
    ticket = one_ticket()
    viewer = browser_of("viewer")
    assert 'name="effort_hours"' not in viewer.get(f"/tickets/{ticket.pk}/row/?edit=1").content.decode()
    assert viewer.post(f"/tickets/{ticket.pk}/row/", {"type": "bug"}).status_code == 403
    assert viewer.post(f"/tickets/{ticket.pk}/", {"type": "bug"}).status_code == 403
    assert viewer.get("/tickets/new/").status_code == 403


def test_a_ticket_that_no_tracker_has_is_recorded_by_form(browser_of):
    contributor = browser_of("contributor")
    assert contributor.get("/tickets/new/").status_code == 200
    answer = contributor.post("/tickets/new/", {"title": "Please add Ana", "opened_at": "2026-11-02T09:30"})
    ticket = Ticket.objects.get()
    assert answer.url == f"/tickets/{ticket.pk}/"
    assert (ticket.source, ticket.external_id[:2], ticket.type, ticket.typed_by) == ("form", "T-", "access", "rule")
    faulty = contributor.post("/tickets/new/", {"title": "", "effort_hours": "x"})
    assert faulty.status_code == 422
    assert set(faulty.context["form"].errors) == {"title", "opened_at", "effort_hours"}


def test_the_list_comes_as_csv_with_its_filters(browser_of):
    one_ticket(team="=ads")
    viewer = browser_of("viewer")
    assert viewer.get("/tickets/list/?csv=tickets&q=nothing").content.decode().count("\n") == 1
    header, row = viewer.get("/tickets/list/?csv=tickets&type=how_to").content.decode().splitlines()
    assert header.startswith("source,external_id,title,type")
    assert row.startswith("jira,ML-1,How do I get a quota?,how_to,rule,'=ads")
