"""Reading the log: events by subject and time, and whether the chain verifies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import QuerySet

from platform_site.audit import chain
from platform_site.audit.models import AuditEvent, AuditHead


def events() -> QuerySet[AuditEvent]:
    """Every event, newest first."""
    return AuditEvent.objects.order_by("-sequence")


def stored_events() -> Iterator[chain.Event]:
    """Every event in order, streamed in batches: a million rows do not fill the memory."""
    rows = AuditEvent.objects.order_by("sequence").values_list(*chain.Event._fields)
    return (chain.Event._make(row) for row in rows.iterator(chunk_size=2_000))


def verify(heads: Iterable[chain.Head] = ()) -> chain.Verification:
    """Verify the whole chain against the installation's key, the head row and any head noted elsewhere."""
    head = AuditHead.objects.get(pk=1)
    own = [chain.Head(head.sequence, head.hash)] if head.sequence else []
    return chain.verify(stored_events(), key=settings.AUDIT_KEY, heads=[*own, *heads])
