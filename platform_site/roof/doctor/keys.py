"""Keys and the chain: whether this installation's keys fit what is stored, and the noted heads fit the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from platform_site.audit import chain, queries
from platform_site.audit.models import AuditEvent
from platform_site.outbound.sealing import CannotUnseal, reseal
from platform_site.people.models import User
from platform_site.roof.doctor.findings import State, ill, uncertain, well
from platform_site.text.wording import counted
from platform_site.webhooks.models import Webhook

Found = Iterator[tuple[State, str]]


def audit_key() -> Found:
    """The newest event was sealed with one of the keys that are set, and with the newest of them."""
    used, newest = queries.key_in_use(), settings.AUDIT_KEYS[0]
    if fault := queries.key_fault():
        yield ill(fault)
    elif not queries.count(queries.events()):
        yield uncertain("The audit log is empty.")
    elif used != newest:
        yield uncertain(
            f"AUDIT_KEYS begins with key {chain.key_id(newest)}, and the audit log is still sealed with {chain.key_id(str(used))}. "
            "Once every host has both, run `manage.py rotate_keys`."
        )
    else:
        yield well(
            f"The audit log is sealed with key {chain.key_id(newest)}, the newest of {len(settings.AUDIT_KEYS)}."
        )


def secret_key() -> Found:
    """What was sealed with it can be read."""
    sealed = [text for pair in Webhook.objects.values_list("sealed_url", "sealed_secret") for text in pair if text]
    fresh = [_resealed(text) for text in sealed]
    lost = fresh.count(None)
    stale = sum(text not in (None, before) for text, before in zip(fresh, sealed, strict=True))
    if lost:
        yield ill(
            f"SECRET_KEY is not the key that sealed {counted(lost, 'webhook secret')}: their deliveries fail. Set the old key in "
            "SECRET_KEY_FALLBACKS, or enter address and secret of each webhook anew."
        )
    elif stale:
        yield uncertain(
            f"{counted(stale, 'secret')} are sealed with an earlier SECRET_KEY. Run `manage.py rotate_keys`."
        )
    else:
        yield well("SECRET_KEY reads every sealed secret.")


def _resealed(text: str) -> str | None:
    try:
        return reseal(text)
    except CannotUnseal:
        return None


def chain_head() -> Found:
    """The head row is the newest event, and the heads that were noted outside the database are events."""
    head, newest = queries.head(), AuditEvent.objects.order_by("-sequence").first()
    if head is None:
        yield ill("The row of the head is gone. Run `manage.py verify_audit`.")
        return
    if newest and (head.sequence, head.hash) != (newest.sequence, newest.hash):
        yield ill(
            f"The head says event {head.sequence}, the newest event is {newest.sequence}. Run `manage.py verify_audit`."
        )
        return
    yield well(f"The head is the newest event, {head.sequence}. `manage.py verify_audit` verifies all of them.")
    yield from _noted()


def _noted() -> Found:
    path = settings.AUDIT_HEADS_FILE
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        yield uncertain(f"No head is noted in {path} yet: without one nobody sees that the end of the log was cut off.")
        return
    if not lines:
        yield uncertain(f"{path} is empty: without a noted head nobody sees that the end of the log was cut off.")
        return
    last: dict[str, Any] = json.loads(lines[-1])
    event = AuditEvent.objects.filter(sequence=last["sequence"]).first()
    if event is None or event.hash != last["hash"]:
        yield ill(
            f"Event {last['sequence']} is not the one noted in {path}: the log was cut off or replaced. Run "
            f"`manage.py verify_audit --heads {path}`."
        )
    else:
        yield well(f"The newest noted head is event {last['sequence']}.")


def accounts() -> Found:
    """Somebody can sign in, and somebody administers."""
    people = User.objects.filter(is_active=True, is_service=False)
    if not people.exists():
        yield ill("Nobody can sign in: `manage.py people add NAME --role administrator` adds the first account.")
    elif not people.filter(groups__name="administrator").exists():
        yield ill("No active person is an administrator: `manage.py people add NAME --role administrator` adds one.")
    else:
        yield well("There is an administrator.")
