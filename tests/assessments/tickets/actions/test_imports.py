"""A file of tickets: looked at, confirmed, stored once and whole."""

from __future__ import annotations

import pytest

from assessments.models import Ticket, TicketImport
from assessments.tickets.actions import import_runs
from assessments.tickets.actions.imports import confirm_import, drop_import, map_columns, offer_import
from assessments.tickets.queries.imports import preview
from platform_site.access import Actor, Role
from platform_site.errors import Invalid, NotAllowed, Refused

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


def test_a_preview_shows_types_and_stores_nothing(lea):
    shown = preview(offer(lea, BAD))
    assert (shown.good, shown.bad, shown.known, shown.whole) == (2, 2, 0, True)
    assert [item.proposal.type for item in shown.first_good] == ["how_to", "access"]
    assert [(reason.count, reason.lines) for reason in shown.bad_reasons] == [(1, [4]), (1, [5])]
    assert not Ticket.objects.exists()


def test_a_mapping_is_remembered_for_the_source(lea):
    text = "lfd,subject line,day\n1,Hello,2026-11-02\n"
    mapping = {"external_id": "lfd", "title": "subject line", "opened_at": "day"}
    offered = map_columns(offer(lea, text), mapping=mapping, actor=lea)
    confirm_import(offered, actor=lea)
    assert offer(lea, text).mapping == mapping
    assert offer(lea, text, source="other").mapping == {}


def test_a_mapping_names_columns_of_the_file(lea):
    mapping = {"external_id": "id", "title": "subject", "opened_at": "created"}
    with pytest.raises(Invalid) as refused:
        map_columns(offer(lea), mapping=mapping, actor=lea)
    assert [fault.field for fault in refused.value.faults] == ["title"]


def test_a_file_is_not_confirmed_before_its_columns_are_known(lea):
    with pytest.raises(Invalid) as refused:
        confirm_import(offer(lea, "a,b\n1,2\n"), actor=lea)
    assert {fault.field for fault in refused.value.faults} == {"external_id", "title", "opened_at"}


@pytest.mark.parametrize(("content", "expected"), [(b"", "header"), (b"\x81\x8d", "not text")])
def test_a_file_that_cannot_be_read_is_refused(lea, content, expected):
    with pytest.raises(Invalid, match=expected):
        offer_import(source="desk", file_format="csv", filename="x", content=content, actor=lea)
    assert not TicketImport.objects.exists()


def test_a_file_is_confirmed_or_dropped_once(lea):
    offered = offer(lea)
    confirm_import(offered, actor=lea)
    for again in (confirm_import, drop_import):
        with pytest.raises(Refused, match="confirmed already"):
            again(offered, actor=lea)


def test_a_viewer_imports_nothing():
    with pytest.raises(NotAllowed):
        offer(Actor("vera", frozenset({Role.VIEWER}), frozenset()))


def test_half_of_a_character_is_stored_as_the_mark_for_it(lea):
    content = '[{"number":1,"html_url":"https://github.com/acme/platform/issues/1","title":"\\ud83d broken",'
    content += '"created_at":"2024-02-03T10:00:00Z"}]'
    assert preview(offer(lea, content, file_format="github")).first_good[0].row.fields["title"] == "\ufffd broken"
    imported = stored(lea, content, file_format="github")
    assert (imported.state, imported.error, imported.created_count) == ("finished", "", 1)
    assert Ticket.objects.get().title == "\ufffd broken"
