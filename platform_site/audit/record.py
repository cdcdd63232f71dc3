"""Append an audit event, in the same transaction as the change that it records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit import chain
from platform_site.audit.models import AuditEvent, AuditHead


def record(action: str, *, subject: str, actor: Actor, payload: Mapping[str, Any] | None = None) -> AuditEvent:
    """Append one event and return it; RuntimeError outside a transaction.

    The head row is locked until the transaction ends (on SQLite the IMMEDIATE transaction is that lock): two writers
    take turns, so the chain cannot fork. Record last, to hold the lock briefly.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action}: record the audit event in the same transaction as the change.")
    head = AuditHead.objects.select_for_update(no_key=True).get(pk=1)
    sequence, at = head.sequence + 1, timezone.now().isoformat(timespec="microseconds")
    text = chain.canonical(dict(payload or {}))
    event_hash = chain.link(sequence, at, actor.name, action, subject, text, head.hash)
    event = AuditEvent.objects.create(
        sequence=sequence,
        at=at,
        actor=actor.name,
        action=action,
        subject=subject,
        payload=text,
        previous_hash=head.hash,
        hash=event_hash,
        mac=chain.seal(event_hash, settings.AUDIT_KEY),
    )
    head.sequence, head.hash = sequence, event_hash
    head.save(update_fields=["sequence", "hash"])
    return event
