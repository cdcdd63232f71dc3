"""Reading the log: events by subject and time, and whether the chain verifies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import QuerySet

from platform_site.audit import chain
from platform_site.audit.models import AuditEvent, AuditHead


def events() -> QuerySet[AuditEvent]:
    """Every event, newest first."""
    return AuditEvent.objects.order_by("-sequence")


def between(
    events: QuerySet[AuditEvent], *, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[AuditEvent]:
    """The events from one moment on and before another. Times are stored as UTC text, which sorts as they do."""
    if since:
        events = events.filter(at__gte=_text(since))
    if until:
        events = events.filter(at__lt=_text(until))
    return events


def stored_events(first: int = 1) -> Iterator[chain.Event]:
    """Every event in order, streamed in batches: a million rows do not fill the memory."""
    rows = AuditEvent.objects.filter(sequence__gte=first).order_by("sequence").values_list(*chain.Event._fields)
    return (chain.Event._make(row) for row in rows.iterator(chunk_size=2_000))


def head() -> chain.Head:
    """The last event as the head row has it."""
    row = AuditHead.objects.get(pk=1)
    return chain.Head(row.sequence, row.hash)


def verify(heads: Iterable[chain.Head] = ()) -> chain.Verification:
    """Verify the whole chain against the installation's key, the head row and any head noted elsewhere."""
    own = head()
    noted = [own, *heads] if own.sequence else list(heads)
    return chain.verify(stored_events(), key=settings.AUDIT_KEY, heads=noted)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
