"""Import a file of tickets in steps: upload it, map its columns, confirm it. No ticket is stored before that."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from assessments.models import TicketImport
from assessments.tickets.queries.imports import mapping_for, text_of
from assessments.tickets.rules.files import Format, columns_of
from assessments.tickets.rules.rows import FIELDS, mapping_faults
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused, Unknown, check_record
from platform_site.text.csv_files import LARGEST_BYTES, Unreadable, decode
from platform_site.work import after_commit

ONLY_RECORDERS = "Only contributors and leads import tickets."
CONFIRMED = "This file was confirmed already. Upload it again to import it again."
TASK = "assessments.import_tickets"


def offer_import(
    *,
    source: str,
    file_format: str,
    filename: str,
    content: bytes,
    mapping: Mapping[str, str] | None = None,
    to_store: bool = False,
    actor: Actor,
) -> TicketImport:
    """Store an uploaded file for preview. Without a mapping, the source's last one is used, else one from the names.

    With ``to_store`` it is confirmed without a preview, so a missing required column is Invalid at once.
    """
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    columns = _columns(content, file_format)
    offered = TicketImport(
        source=source.strip(),
        format=file_format,
        filename=filename[:255],
        mapping=dict(mapping) if mapping is not None else mapping_for(source.strip(), file_format, columns),
        content=gzip.compress(content, compresslevel=5),
        requested_by=actor.name,
        created_at=timezone.now(),
    )
    if to_store or mapping is not None:
        _check_mapping(offered.mapping, columns)
    check_record(offered)
    with transaction.atomic():
        offered.save(force_insert=True)
        record("ticket_import.offered", subject=_subject(offered), actor=actor, payload=_details(offered))
    return offered


def map_columns(offered: TicketImport, *, mapping: Mapping[str, str], actor: Actor) -> TicketImport:
    """Set which column of an uploaded file holds which field."""
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    with transaction.atomic():
        offered = _locked_preview(offered)
        _check_mapping(mapping, columns_of(text_of(offered).text, offered.format))
        offered.mapping = {field: mapping[field] for field in FIELDS if mapping.get(field)}
        offered.save(update_fields=["mapping"])
        record("ticket_import.mapped", subject=_subject(offered), actor=actor, payload=_details(offered))
    return offered


def confirm_import(offered: TicketImport, *, good_rows_only: bool = False, actor: Actor) -> TicketImport:
    """Queue the import for a worker: all rows, or the good rows only.

    A file that was refused for its bad rows can be confirmed once more, for its good rows only.
    """
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    with transaction.atomic():
        offered = _locked(offered)
        if not (offered.state == TicketImport.State.PREVIEW or (good_rows_only and offered.can_store_the_rest)):
            raise Refused("import_confirmed", CONFIRMED)
        _check_mapping(offered.mapping, columns_of(text_of(offered).text, offered.format))
        offered.state, offered.good_rows_only = TicketImport.State.QUEUED, good_rows_only
        offered.sent_at, offered.attempts = timezone.now(), 0
        offered.save(update_fields=["state", "good_rows_only", "sent_at", "attempts"])
        payload = _details(offered) | {"good_rows_only": good_rows_only}
        record("ticket_import.confirmed", subject=_subject(offered), actor=actor, payload=payload)
        after_commit(TASK, offered.pk, soon=True)
    return offered


def drop_import(offered: TicketImport, *, actor: Actor) -> None:
    """Delete an uploaded file that was not confirmed."""
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    with transaction.atomic():
        offered = _locked_preview(offered)
        record("ticket_import.dropped", subject=_subject(offered), actor=actor)
        offered.delete()


def _columns(content: bytes, file_format: str) -> list[str]:
    if len(content) > LARGEST_BYTES:
        sentence = (
            f"The file has {len(content):,} bytes; at most {LARGEST_BYTES:,} are read. Split it and send the parts."
        )
        raise Invalid([Fault("file", "too_large", sentence)])
    if file_format not in set(Format):
        raise Invalid([Fault("format", "unknown", f"{file_format!r} is not a format. Choose {', '.join(Format)}.")])
    try:
        return columns_of(decode(content).text, file_format)
    except Unreadable as error:
        raise Invalid([Fault("file", "unreadable", str(error))]) from error


def _check_mapping(mapping: Mapping[str, str], columns: list[str]) -> None:
    faults = [Fault(field, "invalid", sentence) for field, sentence in mapping_faults(mapping, columns)]
    if faults:
        raise Invalid(faults)


def _locked_preview(offered: TicketImport) -> TicketImport:
    locked = _locked(offered)
    if locked.state != TicketImport.State.PREVIEW:
        raise Refused("import_confirmed", CONFIRMED)
    return locked


def _locked(offered: TicketImport) -> TicketImport:
    locked = TicketImport.objects.select_for_update(no_key=True).filter(pk=offered.pk).first()
    if locked is None:
        raise Unknown(f"There is no import {offered.pk}.")
    return locked


def _subject(offered: TicketImport) -> str:
    return f"ticket_import:{offered.pk}"


def _details(offered: TicketImport) -> dict[str, object]:
    return {"source": offered.source, "format": offered.format, "file": offered.filename, "mapping": offered.mapping}
