"""Imports of tickets, and the preview of what a file would become."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from django.db.models import Q, QuerySet

from assessments.models import Ticket, TicketImport
from assessments.tickets.queries.suggestions import proposer
from assessments.tickets.rules.files import columns_of, rows_of
from assessments.tickets.rules.rows import BadRow, GoodRow, mapping_faults, propose_mapping, tickets_of
from assessments.tickets.rules.tickets import Proposal
from platform_site.errors import Unknown
from platform_site.text.csv_files import Decoded, Unreadable, decode

MOST_PREVIEWED = 5_000
SHOWN_GOOD, SHOWN_BAD = 12, 50
SHOWN_ROWS, LONGEST_SHOWN = 3, 60
LABELLED = Proposal("", 1.0, "person")


class Proposed(NamedTuple):
    """A good row, and the type it would get."""

    row: GoodRow
    proposal: Proposal


class Preview(NamedTuple):
    """What a file would become. Of a long file the first 5,000 rows are read, and ``whole`` is false.

    While a required field has no column, no row is read: ``begins`` shows each column's first cells.
    """

    columns: list[str]
    note: str
    rows: int
    good: int
    known: int
    bad: int
    whole: bool
    first_good: list[Proposed]
    first_bad: list[BadRow]
    fault: str = ""
    begins: Sequence[list[str]] = ()


def ticket_imports() -> QuerySet[TicketImport]:
    """Every import, newest first, without the files."""
    return TicketImport.objects.defer("content", "bad_rows").order_by("-created_at", "-pk")


def ticket_import(import_id: int) -> TicketImport:
    """One import without its file; Unknown when there is none."""
    record = TicketImport.objects.defer("content").filter(pk=import_id).first()
    if record is None:
        raise Unknown(f"There is no import {import_id}.")
    return record


def text_of(offered: TicketImport) -> Decoded:
    """The file as text."""
    return decode(gzip.decompress(bytes(offered.content)))


def mapping_for(source: str, file_format: str, columns: Iterable[str]) -> dict[str, str]:
    """The last confirmed mapping of this source and format if its columns exist, else a mapping by column names."""
    columns = list(columns)
    before = (
        TicketImport.objects.filter(~Q(state=TicketImport.State.PREVIEW), source=source, format=file_format)
        .order_by("-created_at", "-pk")
        .values_list("mapping", flat=True)
        .first()
    )
    if before and set(before.values()) <= set(columns):
        return before
    return propose_mapping(columns, file_format)


def preview(offered: TicketImport) -> Preview:
    """The file as it would be stored: good and bad rows, and the suggested types. Two queries, nothing written."""
    decoded = text_of(offered)
    columns = columns_of(decoded.text, offered.format)
    whole = True
    good: list[GoodRow] = []
    bad: list[BadRow] = []
    if fault := " ".join(sentence for _, sentence in mapping_faults(offered.mapping, columns)):
        return Preview(columns, decoded.note, 0, 0, 0, 0, whole, [], [], fault, _begins(decoded.text, offered, columns))
    try:
        for row in islice(tickets_of(rows_of(decoded.text, offered.format), offered.mapping), MOST_PREVIEWED + 1):
            whole = len(good) + len(bad) < MOST_PREVIEWED
            if isinstance(row, GoodRow):
                good.append(row)
            else:
                bad.append(row)
    except Unreadable as error:
        fault = str(error)
    known = len(
        known_tickets(offered.source, [row.fields["external_id"] for row in good if "external_id" in row.fields])
    )
    return Preview(
        columns=columns,
        note=decoded.note,
        rows=len(good) + len(bad),
        good=len(good),
        known=known,
        bad=len(bad),
        whole=whole,
        first_good=list(_proposed(good[:SHOWN_GOOD])),
        first_bad=bad[:SHOWN_BAD],
        fault=fault,
    )


def _begins(text: str, offered: TicketImport, columns: list[str]) -> list[list[str]]:
    """The first cells of each column, for the person who maps them."""
    with contextlib.suppress(Unreadable):
        rows = list(islice(rows_of(text, offered.format), SHOWN_ROWS))
        return [[column, *(row.cells.get(column, "")[:LONGEST_SHOWN] for row in rows)] for column in columns]
    return []


def known_tickets(source: str, external_ids: list[str], *, locked: bool = False) -> dict[str, Ticket]:
    """The stored tickets of a source by external id; with ``locked``, locked until the transaction ends."""
    tickets: dict[str, Ticket] = {}
    rows = Ticket.objects.select_for_update(no_key=True) if locked else Ticket.objects.all()
    rows = rows.filter(source=source).only("external_id", "title", "body", "type", "typed_by", "resolved_at")
    for start in range(0, len(external_ids), 500):
        for row in rows.filter(external_id__in=external_ids[start : start + 500]):
            tickets[row.external_id] = row
    return tickets


def _proposed(rows: list[GoodRow]) -> Iterator[Proposed]:
    propose = proposer()
    for row in rows:
        kind = row.fields.get("type")
        proposal = (
            LABELLED._replace(type=kind) if kind else propose(row.fields.get("title", ""), row.fields.get("body", ""))
        )
        yield Proposed(row, proposal)


def bad_rows(ticket_import: TicketImport) -> Iterable[tuple[int, str, list[str]]]:
    """Line, id and reasons of each known bad row."""
    if ticket_import.state != TicketImport.State.PREVIEW:
        return [(line, external_id, reasons) for line, external_id, reasons in ticket_import.bad_rows]
    text = text_of(ticket_import).text
    if mapping_faults(ticket_import.mapping, columns_of(text, ticket_import.format)):
        return []
    rows = islice(tickets_of(rows_of(text, ticket_import.format), ticket_import.mapping), MOST_PREVIEWED)
    return [row for row in rows if isinstance(row, BadRow)]
