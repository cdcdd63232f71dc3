"""Reading the log: events by subject and time, and whether the chain verifies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from platform_site.audit import chain
from platform_site.audit.models import AuditEvent, AuditHead

NEWEST_HASH = f"SELECT hash FROM {AuditEvent._meta.db_table} WHERE subject = %s ORDER BY sequence DESC LIMIT 1"  # noqa: S608 - our own name
BATCH = 2_000
HEAD_IS_GONE = "the head row is missing, so later events may be missing too"
NOT_OUR_KEY = (
    "AUDIT_KEYS: none of these keys sealed event {sequence}, the newest one of the audit log{named}. Set the key that did, "
    "after the new one if there is a new one; a local installation keeps its keys in STATE_DIR/secrets.json. If it is lost for "
    "good: docs/operations/keys.md."
)
HEAD_IS_BEHIND = "the head row ends before it: somebody wrote to the database without the application"


def events() -> QuerySet[AuditEvent]:
    """Every event, newest first."""
    return AuditEvent.objects.order_by("-sequence")


def newest_hash(subject: str) -> str | None:
    """The hash of the newest event about a subject; None when there is none.

    Every read of a model version asks for it. It is plain SQL because building the query took four times as long as
    running it.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_HASH, [subject])
        row = cursor.fetchone()
    return row[0] if row else None


def between(
    events: QuerySet[AuditEvent], *, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[AuditEvent]:
    """The events from one moment on and before another. Times are stored as UTC text, which sorts as they do.

    Both sides have six digits of a second: where they have not, a `.` meets a `+`, and collations differ on those.
    """
    if since:
        events = events.filter(at__gte=_text(since))
    if until:
        events = events.filter(at__lt=_text(until))
    return events


def stored_events(after: int | None = None) -> Iterator[chain.Event]:
    """The events in order of sequence, from the one after `after` on; all of them without it.

    They are read in whole batches: a million rows do not fill the memory, and a slow reader does not keep one read of
    the database open, which on SQLite would stop its log from being written back.
    """
    rows = AuditEvent.objects.order_by("sequence").values_list(*chain.Event._fields)
    batch = list((rows if after is None else rows.filter(sequence__gt=after))[:BATCH])
    while batch:
        yield from map(chain.Event._make, batch)
        batch = list(rows.filter(sequence__gt=batch[-1][0])[:BATCH])


def head() -> chain.Head | None:
    """The last event as the head row has it; None when the row is missing."""
    row = AuditHead.objects.filter(pk=1).first()
    return chain.Head(row.sequence, row.hash) if row else None


def count(events: QuerySet[AuditEvent]) -> int:
    """How many events there are; the whole log is not counted, for its sequence has no gaps."""
    if events.query.where:
        return events.count()
    last = AuditEvent.objects.order_by("-sequence").first()
    return last.sequence if last else 0


def key_in_use() -> str | None:
    """The one of AUDIT_KEYS that sealed the newest event; the newest key for an empty log, None when none of them did."""
    newest = AuditEvent.objects.order_by("-sequence").first()
    return chain.sealing_key(newest.hash, newest.mac, settings.AUDIT_KEYS) if newest else settings.AUDIT_KEYS[0]


def key_fault() -> str | None:
    """Why nothing can be appended: no key of this process sealed the newest event. Then it must not start."""
    if key_in_use():
        return None
    row = AuditHead.objects.get(pk=1)
    return NOT_OUR_KEY.format(sequence=row.sequence, named=f" (key {row.key_id} did)" if row.key_id else "")


def verify(
    heads: Iterable[chain.Head] = (), *, after: int = 0, on_progress: Callable[[int], None] | None = None
) -> chain.Verification:
    """Verify the chain against the installation's keys, the head row and any head noted elsewhere; all of it, or what
    follows event ``after``.

    The head row is read before the walk and after it: events appended meanwhile are not a fault.
    """
    before, start = head(), chain.BEGINNING
    if after:
        event = AuditEvent.objects.filter(sequence=after).first()
        start = chain.Head(after, event.hash if event else "")
    noted = [before, *heads] if before and before.sequence else list(heads)
    noted = [each for each in noted if each.sequence > after]
    result = chain.verify(
        stored_events(after or None), keys=settings.AUDIT_KEYS, heads=noted, after=start, on_progress=on_progress
    )
    end = head()
    if not result.valid:
        return result
    if end is None:
        return result._replace(first_broken=chain.BrokenLink(result.events + 1, HEAD_IS_GONE))
    if end.sequence < result.head.sequence:
        return result._replace(first_broken=chain.BrokenLink(end.sequence + 1, HEAD_IS_BEHIND))
    return result


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
