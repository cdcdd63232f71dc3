"""Append audit events, in the same transaction as the change that they record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit import chain, queries
from platform_site.audit.models import AuditEvent, AuditHead
from platform_site.errors import NotReady

STALE_KEY = "AUDIT_KEYS lacks the key in use, which the head of the audit log names: `manage.py doctor` says more."


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
    return _append(head, entries, actor, key=_key_in_use(head))


def change_key(*, actor: Actor, is_lost: bool = False) -> AuditEvent | None:
    """Seal with the newest of AUDIT_KEYS from now on, beginning with the event that says so; None when it is in use already.

    NotReady when this process does not have the key in use, unless that one is lost: then the events until now can only be
    held to their hashes, and to heads that were noted elsewhere.
    """
    newest = settings.AUDIT_KEYS[0]
    with transaction.atomic():
        head = AuditHead.objects.select_for_update(no_key=True).get(pk=1)
        if is_lost and queries.key_in_use() is None:
            entry = Entry(
                "audit_key.lost", f"audit_key:{chain.key_id(newest)}", {"from": head.key_id, "to": chain.key_id(newest)}
            )
        else:
            used = _key_in_use(head)
            if used == newest:
                return None
            entry = Entry(
                "audit_key.rotated",
                f"audit_key:{chain.key_id(newest)}",
                {"from": chain.key_id(used), "to": chain.key_id(newest)},
            )
        return _append(head, [entry], actor, key=newest)[0]


def _key_in_use(head: AuditHead) -> str:
    """The key that seals the next event: that of the last one, until `change_key`; the newest in an empty log.

    Every process has it, or appends nothing: events of two keys in turn would not verify.
    """
    if not head.sequence:
        return settings.AUDIT_KEYS[0]
    own = {chain.key_id(key): key for key in settings.AUDIT_KEYS}
    used = own.get(head.key_id) if head.key_id else queries.key_in_use()
    if used is None:
        raise NotReady("audit_key_missing", queries.key_fault() or STALE_KEY)
    return used


def _append(head: AuditHead, entries: Sequence[Entry], actor: Actor, *, key: str) -> list[AuditEvent]:
    events = []
    for entry in entries:
        events.append(_next_event(head, entry, actor, key))
        head.sequence, head.hash = events[-1].sequence, events[-1].hash
    AuditEvent.objects.bulk_create(events)
    head.key_id = chain.key_id(key)
    head.save(update_fields=["sequence", "hash", "key_id"])
    return events


def _next_event(head: AuditHead, entry: Entry, actor: Actor, key: str) -> AuditEvent:
    sequence, at = head.sequence + 1, timezone.now().isoformat(timespec="microseconds")
    through = {"through": actor.through} if actor.through else {}
    text = chain.bounded(dict(entry.payload) | through)
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
        mac=chain.seal(event_hash, key),
    )
