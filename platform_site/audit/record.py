"""Append audit events, in the same transaction as the change that they record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit import chain
from platform_site.audit.models import AuditEvent, AuditHead


class Entry(NamedTuple):
    """What one event says, apart from who did it and when."""

    action: str
    subject: str
    payload: Mapping[str, Any]


def record(action: str, *, subject: str, actor: Actor, payload: Mapping[str, Any] | None = None) -> AuditEvent:
    """Append one event and return it; RuntimeError outside a transaction.

    The head row is locked until the transaction ends (on SQLite the IMMEDIATE transaction is that lock): two writers
    take turns, so the chain cannot fork. Record last, to hold the lock briefly.
    """
    return record_all([Entry(action, subject, payload or {})], actor=actor)[0]


def record_all(entries: Sequence[Entry], *, actor: Actor) -> list[AuditEvent]:
    """Append several events, each chained to the one before; three queries for all of them, none for no entry."""
    if not entries:
        return []
    if not connection.in_atomic_block:
        raise RuntimeError(f"{entries[0].action}: record the audit event in the same transaction as the change.")
    head = AuditHead.objects.select_for_update(no_key=True).get(pk=1)
    events = []
    for entry in entries:
        events.append(_next_event(head, entry, actor))
        head.sequence, head.hash = events[-1].sequence, events[-1].hash
    AuditEvent.objects.bulk_create(events)
    head.save(update_fields=["sequence", "hash"])
    return events


def _next_event(head: AuditHead, entry: Entry, actor: Actor) -> AuditEvent:
    sequence, at = head.sequence + 1, timezone.now().isoformat(timespec="microseconds")
    through = {"through": actor.through} if actor.through else {}
    text = chain.canonical(dict(entry.payload) | through)
    event_hash = chain.link(sequence, at, actor.name, entry.action, entry.subject, text, head.hash)
    return AuditEvent(
        sequence=sequence,
        at=at,
        actor=actor.name,
        action=entry.action,
        subject=entry.subject,
        payload=text,
        previous_hash=head.hash,
        hash=event_hash,
        mac=chain.seal(event_hash, settings.AUDIT_KEY),
    )
