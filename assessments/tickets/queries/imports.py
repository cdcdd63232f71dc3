"""Imports of tickets, and the preview of what a file would become."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from assessments.models import Organization, Ticket, TicketImport
from assessments.tickets.queries.directory import directory
from assessments.tickets.queries.suggestions import proposer
from assessments.tickets.rules.columns import extended_mapping, mapping_faults, propose_mapping
from assessments.tickets.rules.files import columns_of, notes_on_columns, rows_of
from assessments.tickets.rules.rows import BadRow, GoodRow, SharedReason, shared_reasons, tickets_of
from assessments.tickets.rules.tickets import Proposal
from platform_site.errors import Unknown
from platform_site.text.csv_files import Decoded, Row, Unreadable, decode

MOST_PREVIEWED = 5_000
SHOWN_GOOD = 12
SHOWN_ROWS, LONGEST_SHOWN = 3, 60
LABELLED = Proposal("", 1.0, "person")


class Proposed(NamedTuple):
    """A good row, the type it would get, and whether its team is on the platform."""

    row: GoodRow
    proposal: Proposal
    on_platform: bool | None


class Preview(NamedTuple):
    """What a file would become. Of a long file the first 5,000 rows are read, and ``whole`` is false.

    While a required field has no column or a question is open, no row is read: ``begins`` shows each column's first cells.
    """

    columns: list[str]
    notes: Sequence[str]
    rows: int
    good: int
    known: int
    bad: int
    whole: bool
    first_good: list[Proposed]
    bad_reasons: list[SharedReason]
    fault: str = ""
    begins: Sequence[list[str]] = ()
    cut: int = 0


def ticket_imports(organization: Organization | None) -> QuerySet[TicketImport]:
    """An organization's imports, newest first, without the files."""
    return (
        TicketImport.objects.filter(organization=organization)
        .defer("content", "bad_rows")
        .order_by("-created_at", "-pk")
    )


def ticket_import(import_id: int) -> TicketImport:
    """One import without its file; Unknown when there is none."""
    record = TicketImport.objects.defer("content").filter(pk=import_id).first()
    if record is None:
        raise Unknown(f"There is no import {import_id}.")
    return record


def text_of(offered: TicketImport) -> Decoded:
    """The file as text."""
    return decode(gzip.decompress(bytes(offered.content)))


def last_confirmed(source: str, file_format: str) -> TicketImport | None:
    """The newest confirmed import of this source and format, without its file; None before the first."""
    confirmed = TicketImport.objects.filter(~Q(state=TicketImport.State.PREVIEW), source=source, format=file_format)
    return confirmed.defer("content", "bad_rows").order_by("-created_at", "-pk").first()


def mapping_for(
    before: TicketImport | None, file_format: str, columns: Iterable[str], rows: Sequence[Row] = ()
) -> dict[str, str]:
    """The mapping of the import ``before`` if its columns exist, with what this file has beside them; else by names."""
    columns = list(columns)
    proposed = propose_mapping(columns, file_format, rows)
    if before and before.mapping and set(before.mapping.values()) <= set(columns):
        return extended_mapping(before.mapping, before.unused_columns, proposed)
    return proposed


def preview(offered: TicketImport) -> Preview:
    """The file as it would be stored: good and bad rows, and the suggested types. Three queries, nothing written."""
    decoded = text_of(offered)
    columns = columns_of(decoded.text, offered.format)
    repeated = notes_on_columns(decoded.text, offered.format, offered.mapping)
    notes = [*([decoded.note] if decoded.note else []), *repeated, *offered.notes]
    whole = True
    good: list[GoodRow] = []
    bad: list[BadRow] = []
    if fault := " ".join(sentence for _, sentence in open_questions(offered, columns)):
        return Preview(columns, notes, 0, 0, 0, 0, whole, [], [], fault, _begins(decoded.text, offered, columns))
    try:
        for row in islice(_tickets(decoded.text, offered), MOST_PREVIEWED + 1):
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
        notes=notes,
        rows=len(good) + len(bad),
        good=len(good),
        known=known,
        bad=len(bad),
        whole=whole,
        first_good=list(_proposed(good[:SHOWN_GOOD], offered.organization_id)),
        bad_reasons=shared_reasons(bad),
        fault=fault,
        cut=sum(row.cut for row in good),
    )


def open_questions(offered: TicketImport, columns: Iterable[str]) -> list[tuple[str, str]]:
    """What a person has to say before the file can be stored, as (field, sentence)."""
    return mapping_faults(offered.mapping, columns) or [(field, sentence) for field, sentence in offered.questions]


def _tickets(text: str, offered: TicketImport) -> Iterator[GoodRow | BadRow]:
    rows = rows_of(text, offered.format, offered.repository)
    return tickets_of(rows, offered.mapping, offered.reading, now=timezone.now())


def _begins(text: str, offered: TicketImport, columns: list[str]) -> list[list[str]]:
    """The first cells of each column, for the person who maps them."""
    with contextlib.suppress(Unreadable):
        rows = list(islice(rows_of(text, offered.format, offered.repository), SHOWN_ROWS))
        return [[column, *(row.cells.get(column, "")[:LONGEST_SHOWN] for row in rows)] for column in columns]
    return []


def is_of_another(source: str, organization_id: int | None) -> bool:
    """Whether a source has tickets of another organization: the same id in two organizations is two tickets."""
    others = Ticket.objects.filter(source=source).exclude(organization=None)
    return others.exclude(organization=organization_id).exists() if organization_id else others.exists()


def recorders_of(source: str) -> QuerySet[Any, Any]:
    """Who recorded the tickets of a source, for which teams: `recorded_by`, `team` and `organization_id` of each that differs."""
    rows = Ticket.objects.filter(source=source).order_by()
    return rows.values_list("recorded_by", "team", "organization_id", named=True).distinct()


def known_tickets(source: str, external_ids: list[str], *, locked: bool = False) -> dict[str, Ticket]:
    """The stored tickets of a source by external id; with ``locked``, locked until the transaction ends."""
    tickets: dict[str, Ticket] = {}
    rows = Ticket.objects.select_for_update(no_key=True) if locked else Ticket.objects.all()
    rows = rows.filter(source=source).only(
        "external_id",
        "title",
        "body",
        "type",
        "typed_by",
        "labelled_by",
        "suggested_type",
        "labels",
        "resolved_at",
        "team",
        "on_platform_in_source",
    )
    for start in range(0, len(external_ids), 500):
        for row in rows.filter(external_id__in=external_ids[start : start + 500]):
            tickets[row.external_id] = row
    return tickets


def _proposed(rows: list[GoodRow], organization_id: int | None) -> Iterator[Proposed]:
    propose, teams = proposer(), directory()
    for row in rows:
        fields = row.fields
        kind = fields.get("type")
        words = (fields["title"], fields.get("body", ""), fields.get("labels", ""))
        on_platform = fields.get("on_platform")
        if on_platform is None:
            on_platform = teams.on_platform(fields.get("team", ""), fields["opened_at"], organization_id)
        yield Proposed(row, LABELLED._replace(type=kind) if kind else propose(*words), on_platform)


def bad_rows(ticket_import: TicketImport) -> Iterable[tuple[int, str, list[str]]]:
    """Line, id and reasons of each known bad row."""
    if ticket_import.state != TicketImport.State.PREVIEW:
        return [(line, external_id, reasons) for line, external_id, reasons in ticket_import.bad_rows]
    text = text_of(ticket_import).text
    if open_questions(ticket_import, columns_of(text, ticket_import.format)):
        return []
    return [row for row in islice(_tickets(text, ticket_import), MOST_PREVIEWED) if isinstance(row, BadRow)]
