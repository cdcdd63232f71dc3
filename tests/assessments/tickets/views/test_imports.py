"""The pages of an import: upload, preview, map the columns, confirm, follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Ticket, TicketImport
from assessments.tickets.actions import import_runs
from assessments.tickets.actions.tickets import record_tickets
from platform_site.access import SYSTEM

pytestmark = pytest.mark.django_db
CONTENT = "id,title,created\n1,How do I log in?,2026-11-02\n=2,=cmd(),soon\n"
# Two of each are the session and the person.
BUDGETS = {"/tickets/import/": 9, "/tickets/queue/": 11, "/tickets/imports/{pk}/": 10}


def send(visitor, content=CONTENT):
    file = SimpleUploadedFile("desk.csv", content.encode())
    return visitor.post("/tickets/import/", {"file": file, "format": "csv", "source": "desk"})


def tickets(count, **fields):
    now = datetime.now(UTC)
    rows = [
        {"source": "desk", "external_id": str(n), "title": f"Ticket {n}", "opened_at": now - timedelta(hours=n)}
        | fields
        for n in range(1, count + 1)
    ]
    record_tickets(rows, actor=SYSTEM)


def test_a_file_is_sent_looked_at_and_stored(browser_of):
    lead = browser_of("lead")
    answer = send(lead)
    page = lead.get(answer.url).content.decode()
    assert "How do I log in?" in page
    assert "Write a date and time" in page
    assert "Store the good rows only" in page
    pk = TicketImport.objects.get().pk
    lead.post(f"/tickets/imports/{pk}/confirm/", {"good_rows_only": "1"})
    assert "Waiting for a worker" in lead.get(f"/tickets/imports/{pk}/progress/").content.decode()
    import_runs.execute(pk)
    assert "Every good row is a ticket now; the bad rows were left out" in lead.get(answer.url).content.decode()
    over = lead.get(f"/tickets/imports/{pk}/progress/")
    assert "hx-get" not in over.content.decode()
    assert over.headers["HX-Refresh"] == "true"
    assert Ticket.objects.count() == 1


def test_columns_that_no_name_explains_are_asked_for(browser_of):
    lead = browser_of("lead")
    answer = send(lead, "Lfd,Betreff,Wann,Closed\n1,Wie geht das,2026-11-20T10:00Z,2026-11-21\n")
    page = lead.get(answer.url)
    body = page.content.decode()
    assert page.status_code == 200
    assert (
        "Choose the column that holds external id. Choose the column that holds title. Choose the column that holds opened at."
        in body
    )
    assert "Wie geht das" in body
    offered = TicketImport.objects.get()
    assert lead.get(f"/tickets/imports/{offered.pk}/bad-rows.csv").content.decode().count("\n") == 1
    lead.post(
        f"/tickets/imports/{offered.pk}/mapping/",
        {"external_id": "Lfd", "title": "Betreff", "opened_at": "Wann", "resolved_at": "Closed"},
    )
    assert "Store all rows" in lead.get(f"/tickets/imports/{offered.pk}/").content.decode()


def test_what_a_file_does_not_say_is_asked_first(browser_of):
    lead = browser_of("lead")
    address = send(lead, "id,title,created,time spent,colour\n1,t,02/03/2026,2.5,red\n").url
    page = lead.get(address)
    form = page.context["form"]
    assert list(form.fields)[:2] == ["date_format", "effort_unit"]
    assert form.fields["date_format"].required
    body = page.content.decode()
    assert ("has two readings" in body, "Store all rows" in body, "Nothing uses the column colour" in body) == (
        True,
        False,
        True,
    )
    mapping = {"external_id": "id", "title": "title", "opened_at": "created", "effort_hours": "time spent"}
    answer = lead.post(f"{address}mapping/", mapping)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"date_format", "effort_unit"})
    reading = {"date_format": "month_first", "effort_unit": "hours", "time_zone": "America/New_York"}
    assert lead.post(f"{address}mapping/", mapping | reading).status_code == 302
    body = lead.get(address).content.decode()
    assert ("Store all rows" in body, "2026-02-03 17:00" in body) == (True, True)  # noon in New York
    wrong = lead.post(f"{address}mapping/", mapping | reading | {"time_zone": "Mars"})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"time_zone"})


def test_the_repository_of_issues_is_asked_for(browser_of):
    lead = browser_of("lead")
    file = SimpleUploadedFile("i.json", b'[{"number": 1, "title": "t", "created_at": "2026-11-02T09:00:00Z"}]')
    address = lead.post("/tickets/import/", {"file": file, "format": "github", "source": "gh"}).url
    assert list(lead.get(address).context["form"].fields) == ["repository"]
    assert lead.post(f"{address}mapping/", {"repository": "acme"}).status_code == 422
    assert lead.post(f"{address}mapping/", {"repository": "acme/ml"}).status_code == 302
    assert "acme/ml#1" in lead.get(address).content.decode()


def test_bad_rows_come_as_a_harmless_file(browser_of):
    lead = browser_of("lead")
    address = send(lead).url
    answer = lead.get(f"{address}bad-rows.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().splitlines()[1].startswith("3,'=2,")


def test_another_mapping_is_looked_at_again(browser_of):
    lead = browser_of("lead")
    address = send(lead, "id,title,subject,created\n1,a,b,2026-11-02\n").url
    bad = lead.post(f"{address}mapping/", {"external_id": "id", "title": "gone"})
    assert bad.status_code == 422
    good = {"external_id": "id", "title": "subject", "opened_at": "created"}
    assert lead.post(f"{address}mapping/", good).status_code == 302
    assert TicketImport.objects.get().mapping == good
    lead.post(f"{address}drop/")
    assert not TicketImport.objects.exists()


def test_what_is_not_a_file_of_tickets_is_reported_at_its_field(browser_of):
    page = send(browser_of("lead"), "\n")
    assert page.status_code == 422
    assert "no header" in page.content.decode()


def test_a_viewer_sends_nothing(browser_of):
    visitor = browser_of("viewer")
    assert 'type="file"' not in visitor.get("/tickets/import/").content.decode()
    send(visitor)
    assert not TicketImport.objects.exists()


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_asks_no_more_for_more_rows(browser_of, path):
    lead = browser_of("lead")
    tickets(2)
    send(lead)
    path = path.format(pk=TicketImport.objects.get().pk)
    counts = []
    for _ in range(2):
        lead.get(path)  # the navigation counts what waits once after each change
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(path).status_code == 200
        counts.append(len(queries))
        tickets(60)
        for _ in range(5):
            send(lead)
    assert counts[0] == counts[1]
    assert counts[0] <= next(most for name, most in BUDGETS.items() if name.split("{")[0] in path)
