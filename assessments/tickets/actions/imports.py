"""Import a file of tickets in steps: upload it, map its columns, confirm it. No ticket is stored before that."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice

from django.db import transaction
from django.utils import timezone

from assessments.models import Organization, TicketImport
from assessments.organizations.reported import may_change
from assessments.organizations.scope import organization_of_new
from assessments.tickets.queries.imports import (
    is_of_another,
    last_confirmed,
    mapping_for,
    open_questions,
    recorders_of,
    text_of,
)
from assessments.tickets.rules.columns import FIELDS, READ_FOR_TYPES, mapping_faults
from assessments.tickets.rules.files import Format, columns_of, rows_of
from assessments.tickets.rules.rows import Reading
from assessments.tickets.rules.study import study
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused, Unknown, check_record
from platform_site.text.changes import changes
from platform_site.text.csv_files import LARGEST_BYTES, Unreadable, decode
from platform_site.text.dates import Order, zone_of
from platform_site.text.durations import Unit
from platform_site.work import after_commit

ONLY_RECORDERS = "Only contributors and leads import tickets."
CONFIRMED = "This file was confirmed already. Upload it again to import it again."
TASK = "assessments.import_tickets"
TAKEN = "{source} has tickets of another organization. Give this tracker a name of its own, for example {source}-2."
OF_OTHERS = (
    "{source} has tickets that others recorded, for other teams, and a file can change them. Ask a lead to import it, or give "
    "your source a name of its own."
)
NOTHING_CHOSEN = Reading()
STUDIED = ("date_format", "time_zone", "effort_unit", "repository", "notes", "questions", "unused_columns")


def offer_import(
    *,
    source: str,
    file_format: str,
    filename: str,
    content: bytes,
    mapping: Mapping[str, str] | None = None,
    reading: Reading = NOTHING_CHOSEN,
    to_store: bool = False,
    organization: Organization | None = None,
    actor: Actor,
) -> TicketImport:
    """Store an uploaded file for preview. Without a mapping, the source's last one is used, else one from the names.

    ``reading`` is what somebody says of the file; what is left empty is found in it, or as in the source's last one.
    With ``to_store`` it is confirmed without a preview, so that an open question is Invalid at once.
    """
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    _check_reading(reading)
    text, columns = _opened(content, file_format)
    before = last_confirmed(source.strip(), file_format)
    place = organization_of_new(organization)[""]
    if is_of_another(source.strip(), place.pk if place else None):
        raise Invalid([Fault("source", "taken", TAKEN.format(source=source.strip()))])
    _require_own(source.strip(), actor)
    offered = TicketImport(
        organization=place,
        source=source.strip(),
        format=file_format,
        filename=filename[:255],
        mapping=dict(mapping) if mapping is not None else _proposed(before, text, file_format, columns),
        content=gzip.compress(content, compresslevel=5),
        requested_by=actor.name,
        created_at=timezone.now(),
    )
    faults = mapping_faults(offered.mapping, columns)
    _study(offered, text, columns, reading)
    if to_store or mapping is not None:
        _require_answers(faults + (offered.questions if to_store else []))
    check_record(offered)
    with transaction.atomic():
        offered.save(force_insert=True)
        record("ticket_import.offered", subject=_subject(offered), actor=actor, payload=_details(offered))
    return offered


def map_columns(
    offered: TicketImport, *, mapping: Mapping[str, str], reading: Reading = NOTHING_CHOSEN, actor: Actor
) -> TicketImport:
    """Set which column of an uploaded file holds which field, and how its cells are read."""
    access.require(access.can_record_ticket(actor), ONLY_RECORDERS)
    _check_reading(reading)
    with transaction.atomic():
        offered = _locked_preview(offered)
        text = text_of(offered).text
        columns = columns_of(text, offered.format)
        _require_answers(mapping_faults(mapping, columns))
        before = offered.mapping
        offered.mapping = {field: mapping[field] for field in FIELDS if mapping.get(field)}
        _study(offered, text, columns, reading)
        offered.save(update_fields=["mapping", *STUDIED])
        payload = _details(offered) | {"changes": changes({"mapping": before}, {"mapping": offered.mapping})}
        record("ticket_import.mapped", subject=_subject(offered), actor=actor, payload=payload)
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
        _require_own(offered.source, actor)
        _require_answers(open_questions(offered, columns_of(text_of(offered).text, offered.format)))
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


def _require_own(source: str, actor: Actor) -> None:
    """NotAllowed where the source has tickets that are not the actor's or their team's: a file could change them."""
    access.require(all(map(may_change(actor), recorders_of(source))), OF_OTHERS.format(source=source))


def _opened(content: bytes, file_format: str) -> tuple[str, list[str]]:
    """The text of a file, and its columns."""
    if len(content) > LARGEST_BYTES:
        sentence = (
            f"The file has {len(content):,} bytes; at most {LARGEST_BYTES:,} are read. Split it and send the parts."
        )
        raise Invalid([Fault("file", "too_large", sentence)])
    if file_format not in set(Format):
        raise Invalid([Fault("format", "unknown", f"{file_format!r} is not a format. Choose {', '.join(Format)}.")])
    with _readable():
        text = decode(content).text
        return text, columns_of(text, file_format)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except Unreadable as error:
        raise Invalid([Fault("file", "unreadable", str(error))]) from error


def _proposed(before: TicketImport | None, text: str, file_format: str, columns: list[str]) -> dict[str, str]:
    with _readable():
        rows = [] if file_format == Format.GITHUB else list(islice(rows_of(text, file_format), READ_FOR_TYPES))
    return mapping_for(before, file_format, columns, rows)


def _study(offered: TicketImport, text: str, columns: list[str], chosen: Reading) -> None:
    """Set how the file is read, what has to be said first, and what nothing uses. The whole file is walked once."""
    last = last_confirmed(offered.source, offered.format)
    before = last.reading if last else NOTHING_CHOSEN
    with _readable():
        rows = rows_of(text, offered.format, chosen.repository)
        result = study(rows, columns, offered.mapping, offered.format, chosen=chosen, before=before)
    offered.date_format, offered.time_zone, offered.effort_unit, offered.repository = result.reading
    offered.notes, offered.unused_columns = result.notes, result.unused
    offered.questions = [list(question) for question in result.questions]


def _check_reading(reading: Reading) -> None:
    """Invalid with every choice that there is not."""
    faults = []
    if reading.date_format and reading.date_format not in set(Order):
        faults.append(Fault("date_format", "unknown", f"{reading.date_format!r} is not one of {', '.join(Order)}."))
    if reading.effort_unit and reading.effort_unit not in set(Unit):
        faults.append(Fault("effort_unit", "unknown", f"{reading.effort_unit!r} is not one of {', '.join(Unit)}."))
    try:
        zone_of(reading.time_zone or "UTC")
    except ValueError as error:
        faults.append(Fault("time_zone", "unknown", str(error)))
    if faults:
        raise Invalid(faults)


def _require_answers(questions: Iterable[Sequence[str]]) -> None:
    faults = [Fault(field, "invalid", sentence) for field, sentence in questions]
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
    about = {"source": offered.source, "format": offered.format, "file": offered.filename, "mapping": offered.mapping}
    return about | {name: value for name, value in offered.reading._asdict().items() if value}
