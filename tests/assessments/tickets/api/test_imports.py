"""Tickets from programs: files, lists, and what GitHub sends by itself."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.models import Ticket, TicketImport
from assessments.tickets.actions import import_runs
from platform_site.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
TICKETS = "/api/v1/tickets/"


def send(caller, content="id,title,created\n1,Add me,2026-11-02\n,bad,2026-11-02\n", **fields):
    values = {"file": SimpleUploadedFile("desk.csv", content.encode()), "format": "csv"} | fields
    return caller.post(f"{TICKETS}import/", values, format="multipart")


def test_a_file_is_imported_in_the_background(api):
    lead = api("lead")
    answer = send(lead, good_rows_only="true", source="desk")
    assert (answer.status_code, answer.data["state"]) == (202, "queued")
    import_runs.execute(answer.data["id"])
    body = lead.get(f"/api/v1/ticket-imports/{answer.data['id']}/").data
    assert body["state"] == "finished"
    assert body["counts"] == {"rows": 2, "created": 1, "changed": 0, "bad": 1, "cut": 0}
    assert body["row_errors"] == [{"line": 3, "external_id": "", "reasons": ["id is empty."]}]
    assert lead.get("/api/v1/ticket-imports/?source=desk").data["count"] == 1


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"mapping": "{"}, 400, "mapping"),
        ({"mapping": '{"title": 3}'}, 400, "mapping"),
        ({"mapping": '{"title": "gone"}'}, 422, "title"),
        ({"format": "xml"}, 400, "format"),
        ({"colour": "red"}, 400, "colour"),
        ({"file": ""}, 400, "file"),
        ({"content": "Nr,Betreff\n1,Wie\n"}, 422, "opened_at"),  # nothing is left behind that nobody will look at
    ],
)
def test_what_is_no_import_says_why(api, fields, status, field):
    answer = send(api("lead"), **fields)
    assert answer.status_code == status
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not TicketImport.objects.exists()


def test_what_a_file_does_not_say_is_named_at_once_and_can_be_said(api):
    lead, content = api("lead"), "id,title,created,time spent,colour\n1,t,02/03/2026,2.5,red\n2,t,31/31/2026,1,red\n"
    refused = send(lead, content)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["date_format", "effort_unit"]
    reading = {
        "date_format": "day_first",
        "effort_unit": "hours",
        "time_zone": "Europe/Berlin",
        "good_rows_only": "true",
    }
    answer = send(lead, content, **reading)
    import_runs.execute(answer.data["id"])
    body = lead.get(f"/api/v1/ticket-imports/{answer.data['id']}/").data
    assert {name: body[name] for name in ("date_format", "effort_unit", "time_zone", "repository", "unused_columns")} == {
        "date_format": "day_first", "effort_unit": "hours", "time_zone": "Europe/Berlin", "repository": "",
        "unused_columns": ["colour"],
    }  # fmt: skip
    assert body["row_error_reasons"] == [
        {"reason": "created is '31/31/2026'. There is no such day or time.", "count": 1, "lines": [3]}
    ]
    assert send(lead, content, time_zone="Mars").status_code == 422
    assert send(lead, content, date_format="MM/DD").status_code == 400
    assert send(lead, content, repository="acme").status_code == 400


def test_a_large_file_goes_without_a_key(api):
    large = "id,title,created,body\n" + f"1,t,2026-11-02,{'x' * 2**18}\n" * 12
    file = SimpleUploadedFile("desk.csv", large.encode())
    lead, values = api("lead"), {"file": file, "format": "csv"}
    refused = lead.post(f"{TICKETS}import/", values, format="multipart", headers={"Idempotency-Key": "k"})
    assert (refused.status_code, refused["Content-Type"]) == (413, "application/problem+json")
    assert send(lead, large).status_code == 202


def row(number, **fields):
    return {
        "source": "desk",
        "external_id": str(number),
        "title": "Add me",
        "opened_at": "2026-11-02T09:00:00Z",
    } | fields


def test_a_list_is_kept_whole_and_once(api):
    lead = api("lead")
    first = lead.post(TICKETS, [row(1), row(2)], format="json")
    assert (first.status_code, len(first.json())) == (201, 2)
    again = lead.post(TICKETS, [row(1, title="Changed"), row(2, type="bug")], format="json")
    assert (again.status_code, [item["id"] for item in again.json()]) == (200, [item["id"] for item in first.json()])
    assert set(Ticket.objects.values_list("title", "typed_by")) == {("Changed", ""), ("Add me", "person")}
    assert AuditEvent.objects.filter(action="tickets.recorded").count() == 2


def test_one_bad_ticket_keeps_none_of_a_list(api):
    lead = api("lead")
    answer = lead.post(TICKETS, [row(1), row(1), row(3, resolved_at="2026-11-01T00:00:00Z")], format="json")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"1", "2.resolved_at"}
    assert not Ticket.objects.exists()
    assert lead.post(TICKETS, [row(n) for n in range(1_001)], format="json").status_code == 400
    assert lead.post(TICKETS, [], format="json").status_code == 400


def test_the_sample_is_removed_by_a_lead_alone(api):
    api("lead").post(TICKETS, [row(1), row(2, source="sample")], format="json")
    assert api("contributor").delete(f"{TICKETS}samples/").status_code == 403
    assert api("lead").delete(f"{TICKETS}samples/").status_code == 204
    assert Ticket.objects.get().source == "desk"
