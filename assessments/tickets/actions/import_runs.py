"""Store a confirmed file of tickets: claimed by one worker, read whole, written in one transaction, recorded once.

The file is read before anything is written: a bad row is known by then, and the transaction holds nothing but writes.
How it is claimed and swept is in `platform_site.work`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assessments.models import Ticket, TicketImport
from assessments.tickets.actions.imports import TAKEN, TASK
from assessments.tickets.actions.tickets import give_credit, typed_of
from assessments.tickets.queries.directory import Directory, directory
from assessments.tickets.queries.imports import is_of_another, known_tickets, text_of
from assessments.tickets.queries.suggestions import Proposer, proposer
from assessments.tickets.rules.campaigns import Typed
from assessments.tickets.rules.files import rows_of
from assessments.tickets.rules.rows import BadRow, GoodRow, tickets_of
from platform_site import work
from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.text.changes import ManyChanges
from platform_site.text.csv_files import MOST_ROWS, Unreadable
from platform_site.work import Claim, ClaimLost, Kind

State = TicketImport.State
WRITING_LEASE = timedelta(minutes=10)  # SQLite cannot renew a lease while the one transaction writes
KEEP_REFUSED_FOR = timedelta(days=7)  # somebody may still confirm its good rows
BATCH, PROGRESS_EVERY, MOST_BAD_ROWS = 1_000, 5_000, 10_000
TYPED = ("type", "typed_by", "confidence")
CREDIT = ("labelled_by", "suggested_type")
COUNTS = ("rows", "bad_count", "cut_count", "created_count", "changed_count")
CRASHED = (
    "The import stopped at an error that Plumbline did not expect. Nothing was stored. "
    "The worker's log has the details under import {pk}."
)
TOO_LONG = "The import took longer than its time limit. Nothing was stored. Split the file and send the parts."
USED_UP = (
    "The import was started {attempts} times and its worker died each time. Nothing was stored. "
    "Split the file and send the parts."
)
BAD = "{bad:,} of {rows:,} rows are bad, so nothing was stored. Correct them, or import the good rows only."


def execute(import_id: int) -> None:
    """Read the file and store its tickets; a task that is delivered twice finds the import claimed and does nothing."""
    work.perform(IMPORTS, import_id, _import)


def sweep() -> int:
    """Delete refused files after a week, queue again the imports whose worker is gone, end those that cannot finish.

    Returns how many imports were touched.
    """
    old = TicketImport.objects.filter(state=State.FAILED, finished_at__lt=timezone.now() - KEEP_REFUSED_FOR)
    old.exclude(content=b"").update(content=b"")
    return work.sweep(IMPORTS)


def _import(claim: Claim) -> None:
    ticket_import = TicketImport.objects.get(pk=claim.pk)
    try:
        good, bad = _read(ticket_import, claim)
    except Unreadable as error:
        _end(claim, state=State.FAILED, error=f"{error} Nothing was stored.")
        return
    counts: dict[str, Any] = {
        "rows": len(good) + len(bad),
        "bad_count": len(bad),
        "cut_count": sum(row.cut for row in good),
        "bad_rows": [list(row) for row in bad[:MOST_BAD_ROWS]],
    }
    if bad and not ticket_import.good_rows_only:
        content: dict[str, Any] = (
            {"content": ticket_import.content} if good else {}
        )  # so that the good rows can still be stored
        _end(claim, state=State.FAILED, error=BAD.format(bad=len(bad), rows=counts["rows"]), **content, **counts)
    elif work.renew(claim, WRITING_LEASE, progress_what="storing"):
        _store(ticket_import, claim, good, counts)


def _read(ticket_import: TicketImport, claim: Claim) -> tuple[list[GoodRow], list[BadRow]]:
    good: list[GoodRow] = []
    bad: list[BadRow] = []
    text, propose, reading = text_of(ticket_import).text, proposer(), ticket_import.reading
    lines = rows_of(text, ticket_import.format, reading.repository)
    rows = tickets_of(lines, ticket_import.mapping, reading, now=timezone.now())
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it and send the parts.")
        if isinstance(row, GoodRow):
            good.append(_typed(row, propose))
        else:
            bad.append(row)
        if number % PROGRESS_EVERY == 0 and not work.renew(claim, progress_done=number, progress_what="reading"):
            raise ClaimLost
    return good, bad


def _typed(row: GoodRow, propose: Proposer) -> GoodRow:
    """A type in the file counts as a label by a person; without one, a type is suggested."""
    if row.fields.get("type"):
        typed: dict[str, Any] = {"typed_by": Ticket.TypedBy.PERSON, "confidence": None}
    else:
        proposal = propose(row.fields["title"], row.fields.get("body", ""), row.fields.get("labels", ""))
        typed = {"type": proposal.type, "typed_by": proposal.typed_by, "confidence": proposal.confidence}
    return row._replace(fields=row.fields | typed)


class Known(NamedTuple):
    """What decides about a row beside the file: the records of teams, and how types are suggested."""

    teams: Directory
    propose: Proposer
    organization_id: int | None


def _store(ticket_import: TicketImport, claim: Claim, good: list[GoodRow], counts: dict[str, Any]) -> None:
    with transaction.atomic():
        if is_of_another(ticket_import.source, ticket_import.organization_id):
            _end(claim, state=State.FAILED, error=f"{TAKEN.format(source=ticket_import.source)} Nothing was stored.")
            return
        batches = (good[start : start + BATCH] for start in range(0, len(good), BATCH))
        context = Known(directory(), proposer(), ticket_import.organization_id)
        moved = ManyChanges()
        changed = sum(_write(ticket_import, batch, context, moved) for batch in batches)
        counts |= {"created_count": len(good) - changed, "changed_count": changed}
        if not _end(claim, moved.summary(), state=State.FINISHED, **counts):
            transaction.set_rollback(True)


def _write(ticket_import: TicketImport, rows: list[GoodRow], context: Known, moved: ManyChanges) -> int:
    """Add and change at once; returns how many tickets existed before, and puts what changed of each into ``moved``. A label by
    a person is never replaced by a suggestion."""
    source, mapping = ticket_import.source, ticket_import.mapping
    known = known_tickets(source, [row.fields["external_id"] for row in rows], locked=True)
    place = {
        "source": source, "organization_id": ticket_import.organization_id, "recorded_by": ticket_import.requested_by,
    }  # fmt: skip
    merged = [_merged(row.fields, known.get(row.fields["external_id"]), context) for row in rows]
    for fields in merged:
        if before := known.get(fields["external_id"]):
            moved.add(before.external_id, {name: getattr(before, name) for name in fields}, fields)
    tickets = [Ticket(**place, **fields) for fields in merged]
    for ticket in tickets:  # a label in a file is nobody's
        before = known.get(ticket.external_id)
        give_credit(ticket, typed_of(before) if before else Typed(), "")
    mapped = {field for field, column in mapping.items() if column} - {"external_id", "issue_type", *TYPED}
    mapped |= {"labels"} if "issue_type" in mapping else set()
    Ticket.objects.bulk_create(
        tickets,
        update_conflicts=True,
        unique_fields=["source", "external_id"],
        update_fields=[*sorted(mapped | {"on_platform", "on_platform_in_source"}), *TYPED, *CREDIT, "resolution_hours"],
    )
    return len(known)


def _merged(fields: dict[str, Any], known: Ticket | None, context: Known) -> dict[str, Any]:
    before = known or Ticket()
    in_source = fields.get("on_platform", before.on_platform_in_source)
    team = fields.get("team", before.team)
    of_team = context.teams.on_platform(team, fields["opened_at"], context.organization_id)
    fields |= {"on_platform_in_source": in_source, "on_platform": of_team if in_source is None else in_source}
    if known is None:
        return fields
    fields = {"resolved_at": known.resolved_at} | fields  # a column that is not mapped leaves the ticket as it is
    if fields["typed_by"] == Ticket.TypedBy.PERSON:
        return fields
    if known.typed_by != Ticket.TypedBy.PERSON:
        if "labels" not in fields and known.labels:  # evidence from an earlier file
            proposal = context.propose(fields["title"], fields.get("body", known.body), known.labels)
            fields |= {"type": proposal.type, "typed_by": proposal.typed_by, "confidence": proposal.confidence}
        return fields
    return fields | {"type": known.type, "typed_by": known.typed_by, "confidence": None}


def _end(claim: Claim, moved: Mapping[str, Any] | None = None, *, state: str, **columns: Any) -> bool:
    """Record an import's end, once: False when the claim was lost, and then nothing was written."""
    with transaction.atomic():
        if not work.finish(claim, state=state, **{"content": b"", "progress_what": ""} | columns):
            return False
        source = TicketImport.objects.values_list("source", flat=True).get(pk=claim.pk)
        payload = {name: columns[name] for name in COUNTS if name in columns}
        payload |= {"source": source, "state": str(state), "error": columns.get("error", "")} | dict(moved or {})
        record("ticket_import.ended", subject=f"ticket_import:{claim.pk}", actor=SYSTEM, payload=payload)
    return True


def _end_with(claim: Claim, sentence: str) -> bool:
    return _end(claim, state=State.FAILED, error=sentence)


IMPORTS = Kind(
    model=TicketImport,
    task=TASK,
    lease=timedelta(seconds=settings.RUN_LEASE_S),
    most_attempts=settings.RUN_ATTEMPTS,
    send_again_after=timedelta(seconds=2 * settings.SWEEP_EVERY_S),
    end_with=_end_with,
    crashed=CRASHED,
    too_long=TOO_LONG,
    used_up=USED_UP,
    waiting_first=True,
)
