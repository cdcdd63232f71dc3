"""Keys and the chain: whether this installation's keys fit what is stored, and the noted heads fit the log."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from platform_site.audit import chain, queries
from platform_site.audit.models import AuditEvent
from platform_site.outbound.sealing import CannotUnseal, unseal
from platform_site.people.models import User
from platform_site.roof.doctor.findings import State, ill, uncertain, well
from platform_site.text.wording import counted
from platform_site.webhooks.models import Webhook

Found = Iterator[tuple[State, str]]
OTHER_AUDIT_KEY = (
    "AUDIT_KEY is not the key that sealed event {sequence}, the newest one. Set the key that did: what is recorded under "
    "another one never verifies again."
)


def audit_key() -> Found:
    """The newest event was sealed with the key that is set."""
    event = AuditEvent.objects.order_by("-sequence").first()
    if event is None:
        yield uncertain("The audit log is empty.")
    elif hmac.compare_digest(event.mac, chain.seal(event.hash, settings.AUDIT_KEY)):
        yield well("AUDIT_KEY fits the audit log.")
    else:
        yield ill(OTHER_AUDIT_KEY.format(sequence=event.sequence))


def secret_key() -> Found:
    """What was sealed with it can be read."""
    sealed = Webhook.objects.exclude(sealed_secret="").values_list("sealed_secret", flat=True)
    lost = sum(not _is_readable(text) for text in sealed)
    if lost:
        yield ill(
            f"SECRET_KEY is not the key that sealed {counted(lost, 'webhook secret')}: their deliveries fail. Set the old key, or "
            "enter address and secret of each webhook anew."
        )
    else:
        yield well("SECRET_KEY reads every sealed secret.")


def _is_readable(text: str) -> bool:
    try:
        unseal(text)
    except CannotUnseal:
        return False
    return True


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
