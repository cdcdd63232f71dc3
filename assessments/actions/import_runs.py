"""Store a confirmed file of tickets: claimed by one worker, read whole, written in one transaction, recorded once.

The file is read before anything is written: a bad row is known by then, and the transaction holds nothing but writes.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from assessments.actions.ticket_imports import TASK
from assessments.domain.ticket_files import MOST_ROWS, Unreadable, rows_of
from assessments.domain.ticket_rows import BadRow, GoodRow, tickets_of
from assessments.models import Ticket, TicketImport
from assessments.queries.proposals import Proposer, proposer
from assessments.queries.ticket_imports import known_tickets, text_of
from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.queue import send

State = TicketImport.State
PENDING_TOO_LONG = timedelta(seconds=2 * settings.SWEEP_EVERY_S)
WRITING_LEASE = timedelta(minutes=10)  # nothing can be renewed on SQLite while the one transaction writes
REFUSED_KEPT = timedelta(days=7)  # a file whose bad rows are being thought about
BATCH, TELL_EVERY, BAD_KEPT = 1_000, 5_000, 10_000
TYPED = ("type", "typed_by", "confidence")
USED_UP = "The import was begun three times and its worker died each time. Split the file and send the parts."
BAD = "{bad:,} of {rows:,} rows are bad, so nothing was stored. Mend them, or import the good rows only."


class Lost(Exception):
    """Somebody else has the claim: write nothing."""


def execute(import_id: int) -> None:
    """Read and store; whatever is delivered twice finds the import claimed and does nothing."""
    token = claim(import_id)
    if token is None:
        return
    work = TicketImport.objects.get(pk=import_id)
    try:
        good, bad = _read(work, token)
    except Lost:
        return
    except Unreadable as error:
        _end(work, token, state=State.FAILED, error=f"{error} Nothing was stored.")
        return
    told = {"rows": len(good) + len(bad), "bad_count": len(bad), "bad_rows": [list(one) for one in bad[:BAD_KEPT]]}
    if bad and not work.good_rows_only:
        kept = {"content": work.content} if good else {}  # for whoever then wants the good rows alone
        _end(work, token, state=State.FAILED, error=BAD.format(bad=len(bad), rows=told["rows"]), **kept, **told)
    elif _renew(work, token, WRITING_LEASE, progress_what="storing"):
        _store(work, token, good, told)


def claim(import_id: int) -> uuid.UUID | None:
    """Take an import to work on: the fence token, or None when somebody else has it or it is over. One update."""
    now, token = timezone.now(), uuid.uuid4()
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=now)
    claimed = TicketImport.objects.filter(free, pk=import_id, attempts__lt=settings.RUN_ATTEMPTS).update(
        state=State.RUNNING,
        token=token,
        lease_until=now + timedelta(seconds=settings.RUN_LEASE_S),
        attempts=F("attempts") + 1,
        started_at=now,
    )
    return token if claimed else None


def sweep() -> int:
    """Send again the imports that nobody works on, fail those whose attempts are used up; how many were touched."""
    now, touched = timezone.now(), 0
    TicketImport.objects.filter(state=State.FAILED, finished_at__lt=now - REFUSED_KEPT).exclude(content=b"").update(
        content=b""
    )
    silent = TicketImport.objects.filter(state=State.RUNNING, lease_until__lt=now).defer("content", "bad_rows")
    for work in silent.filter(attempts__gte=settings.RUN_ATTEMPTS):
        touched += _end(work, work.token, state=State.FAILED, error=USED_UP)
    waiting = TicketImport.objects.filter(
        Q(state=State.QUEUED, sent_at__lt=now - PENDING_TOO_LONG)
        | Q(state=State.RUNNING, lease_until__lt=now, attempts__lt=settings.RUN_ATTEMPTS)
    )
    for import_id in waiting.values_list("pk", flat=True)[:1_000]:
        TicketImport.objects.filter(pk=import_id).update(sent_at=now)
        if not send(TASK, import_id, soon=True):
            break  # the broker is away: each further try would wait for it
        touched += 1
    return touched


def _read(work: TicketImport, token: uuid.UUID) -> tuple[list[GoodRow], list[BadRow]]:
    good: list[GoodRow] = []
    bad: list[BadRow] = []
    lease = timedelta(seconds=settings.RUN_LEASE_S)
    text, propose = text_of(work).text, proposer()
    for number, row in enumerate(tickets_of(rows_of(text, work.format), work.mapping), start=1):
        if number > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it and send the parts.")
        if isinstance(row, GoodRow):
            good.append(_typed(row, propose))
        else:
            bad.append(row)
        if number % TELL_EVERY == 0 and not _renew(work, token, lease, progress_done=number, progress_what="reading"):
            raise Lost
    return good, bad


def _typed(row: GoodRow, propose: Proposer) -> GoodRow:
    """A type in the file is a person's word, else one is proposed."""
    if row.told.get("type"):
        told = {"typed_by": Ticket.TypedBy.PERSON, "confidence": None}
    else:
        proposal = propose(row.told["title"], row.told.get("body", ""))
        told = {"type": proposal.type, "typed_by": proposal.typed_by, "confidence": proposal.confidence}
    return row._replace(told=row.told | told)


def _store(work: TicketImport, token: uuid.UUID, good: list[GoodRow], told: dict[str, Any]) -> None:
    with transaction.atomic():
        changed = sum(_write(work, good[start : start + BATCH]) for start in range(0, len(good), BATCH))
        counts = {"created_count": len(good) - changed, "changed_count": changed}
        if not _end(work, token, state=State.FINISHED, **counts, **told):
            transaction.set_rollback(True)


def _write(work: TicketImport, rows: list[GoodRow]) -> int:
    """Add and change at once; how many were there before. A person's word is kept against any proposal."""
    known = known_tickets(work.source, [row.told["external_id"] for row in rows], locked=True)
    tickets = [Ticket(source=work.source, **_kept(row.told, known.get(row.told["external_id"]))) for row in rows]
    mapped = [field for field, column in work.mapping.items() if column and field not in ("external_id", *TYPED)]
    Ticket.objects.bulk_create(
        tickets,
        update_conflicts=True,
        unique_fields=["source", "external_id"],
        update_fields=[*mapped, *TYPED, "resolution_hours"],
    )
    return len(known)


def _kept(told: dict[str, Any], known: Ticket | None) -> dict[str, Any]:
    if known is None:
        return told
    told = {"resolved_at": known.resolved_at} | told  # a column that is not mapped leaves the ticket as it is
    if known.typed_by != Ticket.TypedBy.PERSON or told["typed_by"] == Ticket.TypedBy.PERSON:
        return told
    return told | {"type": known.type, "typed_by": known.typed_by, "confidence": None}


def _renew(work: TicketImport, token: uuid.UUID, lease: timedelta, **progress: Any) -> bool:
    mine = TicketImport.objects.filter(pk=work.pk, token=token, state=State.RUNNING)
    return bool(mine.update(lease_until=timezone.now() + lease, **progress))


def _end(work: TicketImport, token: uuid.UUID | None, *, state: str, **told: Any) -> bool:
    """Record an import's end, once: False when the claim was lost, and then nothing was written."""
    with transaction.atomic():
        mine = TicketImport.objects.filter(pk=work.pk, token=token, state=State.RUNNING)
        ending = {"finished_at": timezone.now(), "lease_until": None, "content": b"", "progress_what": ""}
        if not mine.update(state=state, **(ending | told)):
            return False
        counts = {name: told[name] for name in ("rows", "bad_count", "created_count", "changed_count") if name in told}
        payload = counts | {"source": work.source, "state": str(state), "error": told.get("error", "")}
        record("ticket_import.ended", subject=f"ticket_import:{work.pk}", actor=SYSTEM, payload=payload)
    return True
