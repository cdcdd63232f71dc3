"""A confirmed file is stored once and whole, whatever happens to the worker; a person's label stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Ticket, TicketImport
from assessments.tickets.actions import import_runs
from assessments.tickets.actions.imports import confirm_import, offer_import
from assessments.tickets.actions.labels import label_ticket
from platform_site import work
from platform_site.audit.models import AuditEvent
from platform_site.errors import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
HEADER = "id,title,created,team\n"
GOOD = HEADER + "1,How do I log in?,2026-11-02,fraud\n2,Add Maria,2026-11-03,search\n"
BAD = GOOD + "3,,2026-11-04,search\n4,Broken,soon,search\n"


def offer(lea, text=GOOD, **fields):
    values = {"source": "desk", "file_format": "csv", "filename": "desk.csv"} | fields
    return offer_import(**values, content=text.encode(), actor=lea)


def stored(lea, text=GOOD, good_rows_only=False, **fields):
    imported = confirm_import(offer(lea, text, **fields), good_rows_only=good_rows_only, actor=lea)
    import_runs.execute(imported.pk)
    imported.refresh_from_db()
    return imported


def test_a_file_is_stored_with_one_audit_event(lea):
    imported = stored(lea)
    assert (imported.state, imported.created_count, imported.changed_count, bytes(imported.content)) == (
        "finished",
        2,
        0,
        b"",
    )
    assert set(Ticket.objects.values_list("external_id", "type", "typed_by", "team")) == {
        ("1", "how_to", "rule", "fraud"), ("2", "access", "rule", "search"),
    }  # fmt: skip
    assert AuditEvent.objects.filter(action="ticket_import.ended").count() == 1
    assert not AuditEvent.objects.filter(action__startswith="ticket.").exists()


def test_the_same_file_again_changes_and_never_doubles(lea):
    stored(lea)
    label_ticket(Ticket.objects.get(external_id="2"), type="other", actor=lea)
    imported = stored(lea, "id,title,created\n2,Crash,2026-11-03\n3,New,2026-11-05\n")
    assert (imported.created_count, imported.changed_count, Ticket.objects.count()) == (1, 1, 3)
    changed = Ticket.objects.get(external_id="2")
    # a person's word stands, and so does what the file does not tell
    assert (changed.title, changed.type, changed.typed_by, changed.team) == ("Crash", "other", "person", "search")


def test_one_bad_row_stores_nothing(lea):
    imported = stored(lea, BAD)
    assert (imported.state, imported.bad_count, Ticket.objects.count()) == ("failed", 2, 0)
    assert [row[0] for row in imported.bad_rows] == [4, 5]
    assert "nothing was stored" in imported.error


def test_good_rows_alone_are_stored_when_that_was_said(lea):
    imported = stored(lea, BAD, good_rows_only=True)
    assert (imported.state, imported.created_count, imported.bad_count, Ticket.objects.count()) == ("finished", 2, 2, 2)


def test_of_a_refused_file_the_good_rows_can_be_stored_later(lea):
    refused = stored(lea, BAD)
    with pytest.raises(Refused, match="confirmed already"):
        confirm_import(refused, actor=lea)
    confirm_import(refused, good_rows_only=True, actor=lea)
    import_runs.execute(refused.pk)
    refused.refresh_from_db()
    assert (refused.state, refused.created_count, bytes(refused.content)) == ("finished", 2, b"")
    with pytest.raises(Refused, match="confirmed already"):
        confirm_import(refused, good_rows_only=True, actor=lea)


def test_a_refused_file_is_forgotten_after_a_week(lea):
    refused = stored(lea, BAD)
    import_runs.sweep()
    refused.refresh_from_db()
    assert refused.can_store_the_rest
    TicketImport.objects.filter(pk=refused.pk).update(finished_at=timezone.now() - timedelta(days=8))
    import_runs.sweep()
    refused.refresh_from_db()
    assert not refused.can_store_the_rest


def test_two_workers_store_a_file_once(lea):
    confirmed = confirm_import(offer(lea), actor=lea)
    assert work.claim(import_runs.IMPORTS, confirmed.pk)
    import_runs.execute(confirmed.pk)
    assert not Ticket.objects.exists()


def test_whoever_lost_the_claim_writes_nothing(lea, monkeypatch):
    confirmed = confirm_import(offer(lea), actor=lea)
    write = import_runs._write

    def overtaken(ticket_import, rows):
        TicketImport.objects.filter(pk=confirmed.pk).update(token="00000000-0000-0000-0000-000000000000")
        return write(ticket_import, rows)

    monkeypatch.setattr(import_runs, "_write", overtaken)
    import_runs.execute(confirmed.pk)
    assert not Ticket.objects.exists()


def test_the_sweep_takes_up_what_was_left_and_ends_what_kills(lea):
    left, killer = (confirm_import(offer(lea), actor=lea) for _ in range(2))
    ended = timezone.now() - timedelta(seconds=1)
    for confirmed, attempts in ((left, 1), (killer, 3)):
        work.claim(import_runs.IMPORTS, confirmed.pk)
        TicketImport.objects.filter(pk=confirmed.pk).update(lease_until=ended, attempts=attempts)
    import_runs.sweep()
    killer.refresh_from_db()
    assert killer.state == "failed"
    assert "Split the file" in killer.error
    import_runs.execute(left.pk)
    left.refresh_from_db()
    assert left.state == "finished"


@pytest.mark.parametrize(
    "error", [UnicodeEncodeError("utf-8", "secret", 0, 1, "x"), DataError("secret"), KeyError("secret")]
)
def test_an_import_that_meets_an_unexpected_error_ends_with_a_sentence(lea, monkeypatch, caplog, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(import_runs, "_write", fail)
    imported = stored(lea)
    assert (imported.state, Ticket.objects.count()) == ("failed", 0)
    assert imported.error == import_runs.CRASHED.format(pk=imported.pk)
    assert imported.finished_at
    assert "Traceback" in caplog.text
    event = AuditEvent.objects.first()
    assert (event.action, event.content["error"]) == ("ticket_import.ended", imported.error)
    assert "secret" not in event.payload


@pytest.mark.slow
@pytest.mark.same_on_both
def test_many_rows_take_few_statements(lea):
    """From 1,000 rows to 11,000: at most one statement more for every 30 rows."""
    statements = []
    for count in (1_000, 11_000):
        rows = "".join(
            f"{count}-{n},How do I do this {n} times?,2026-11-02,{'why and how ' * 8}{n}\n" for n in range(count)
        )
        with CaptureQueriesContext(connection) as queries:
            imported = stored(lea, "id,title,created,body\n" + rows)
        assert (imported.state, imported.created_count) == ("finished", count)
        statements.append(len(queries))
    assert statements[1] - statements[0] <= 10_000 / 30, statements


def test_a_file_without_the_day_of_resolution_leaves_it_and_counts_the_hours_anew(lea):
    stored(lea, "id,title,created,resolved\n1,Crash,2026-11-02T00:00,2026-11-03T00:00\n2,New,2026-11-03,\n")
    assert list(Ticket.objects.order_by("external_id").values_list("resolution_hours", flat=True)) == [24, None]
    stored(lea, "id,title,created\n1,Crash,2026-11-01T12:00\n")
    assert Ticket.objects.get(external_id="1").resolution_hours == 36
