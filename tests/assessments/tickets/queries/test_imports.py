"""Imports: which mapping is proposed, what a preview reads, which tickets exist."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from assessments.models import Ticket, TicketImport
from assessments.tickets.queries import imports as queries
from assessments.tickets.queries.imports import (
    bad_rows,
    known_tickets,
    last_confirmed,
    mapping_for,
    preview,
    ticket_import,
)
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, tzinfo=UTC)
MAPPING = {"external_id": "id", "title": "title", "opened_at": "created"}


def put(text="id,title,created\n", **fields) -> TicketImport:
    fields = {"source": "desk", "format": "csv", "mapping": MAPPING, "created_at": NOW} | fields
    return TicketImport.objects.create(content=gzip.compress(text.encode()), requested_by="lea", **fields)


def lines(count: int) -> str:
    return "id,title,created\n" + "".join(f"{number},t,2026-11-02\n" for number in range(count))


@pytest.mark.parametrize(("rows", "whole"), [(2, True), (3, True), (4, False)])
def test_a_preview_reads_the_first_rows_and_says_whether_that_is_all(monkeypatch, rows, whole):
    monkeypatch.setattr(queries, "MOST_PREVIEWED", 3)
    assert preview(put(lines(rows))).whole is whole


def test_a_preview_counts_the_tickets_that_exist_in_this_source():
    for source in ("desk", "other"):
        Ticket.objects.create(source=source, external_id="1", title="t", opened_at=NOW)
    shown = preview(put(lines(3)))
    assert (shown.good, shown.bad, shown.known) == (3, 0, 1)


def test_a_type_in_the_file_is_a_persons_and_another_is_suggested():
    file = "id,title,created,type\n1,How do I log in?,2026-11-02,bug\n2,How do I log in?,2026-11-02,\n"
    first, second = preview(put(file, mapping=MAPPING | {"type": "type"})).first_good
    assert (first.proposal.type, first.proposal.typed_by) == ("bug", "person")
    assert (second.proposal.type, second.proposal.typed_by) == ("how_to", "rule")


def test_without_a_mapping_the_first_cells_are_shown():
    shown = preview(put("Nr,Was\n" + f"1,{'x' * 99}\n" * 5, mapping={}))
    assert shown.begins == [["Nr", "1", "1", "1"], ["Was", "x" * 60, "x" * 60, "x" * 60]]
    assert (shown.rows, "Choose the column" in shown.fault) == (0, True)


def test_the_last_confirmed_mapping_of_the_source_is_proposed():
    put(state="finished", mapping={"title": "a"}, created_at=NOW.replace(day=1))
    put(state="finished", mapping={"title": "b"})
    put(state="preview", mapping={"title": "c"}, created_at=NOW.replace(day=3))
    put(state="finished", mapping={"title": "c"}, source="other", created_at=NOW.replace(day=3))
    put(state="finished", mapping={"title": "c"}, format="jira", created_at=NOW.replace(day=3))
    before = last_confirmed("desk", "csv")
    assert mapping_for(before, "csv", ["a", "b", "c"]) == {"title": "b"}
    assert mapping_for(before, "csv", ["a", "title"]) == {"title": "title"}
    assert mapping_for(before, "csv", ["b", "Labels"]) == {"title": "b", "labels": "Labels"}
    assert mapping_for(None, "csv", ["title"]) == {"title": "title"}


def test_existing_tickets_are_found_over_several_batches():
    Ticket.objects.bulk_create(
        Ticket(source="desk", external_id=str(number), title="t", opened_at=NOW) for number in range(501)
    )
    assert len(known_tickets("desk", [str(number) for number in range(502)])) == 501


def test_the_bad_rows_are_those_of_the_preview_until_the_import_has_ended():
    offered = put("id,title,created\n1,,2026-11-02\n2,t,2026-11-02\n")
    [(line, external_id, reasons)] = bad_rows(offered)
    assert (line, external_id, reasons) == (2, "1", ["title is empty."])
    offered.state, offered.bad_rows = "failed", [[9, "x", ["why"]]]
    assert bad_rows(offered) == [(9, "x", ["why"])]
    assert bad_rows(put(mapping={})) == []


def test_an_unknown_import_is_named():
    with pytest.raises(Unknown, match="There is no import 9"):
        ticket_import(9)
