"""Add, change and remove webhooks, and renew their secrets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit import queries as log
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.outbound.client import address_fault
from platform_site.outbound.sealing import seal
from platform_site.text.changes import changes
from platform_site.webhooks.events import pattern_faults
from platform_site.webhooks.models import Delivery, LogPosition, Webhook
from platform_site.webhooks.queries import ONLY_LEADS
from platform_site.webhooks.signatures import PREFIX, new_secret, secret_fault

SHORTEST_SECRET, LONGEST_SECRET = 32, 200
SECRET_FAULT = f"The secret must have {SHORTEST_SECRET} to {LONGEST_SECRET} ASCII characters without spaces. Leave it out to get a random one."
NO_MAIL = "This installation has no mail server. An administrator can set EMAIL_URL."
BY_HAND = "Switched off by {name}."

SHOWN = ("events", "description", "active")  # what an event says of a change; the others follow from it


def add_webhook(
    *,
    url: str,
    events: Sequence[str],
    kind: str = Webhook.Kind.JSON,
    secret: str = "",
    description: str = "",
    actor: Actor,
) -> tuple[Webhook, str]:
    """Send these events to an address from now on; return the webhook and its secret, which is shown only once.

    Only signed JSON has a secret; by default it is random. Invalid with every fault.
    """
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    url, events = url.strip().removeprefix("mailto:"), list(dict.fromkeys(events))
    faults = [*_url_faults(url, kind), *_event_faults(events), *_secret_faults(secret, kind)]
    if faults:
        raise Invalid(faults)
    if kind == Webhook.Kind.JSON:
        secret = secret or new_secret()
    with transaction.atomic():
        last = head.sequence if (head := log.head()) else 0
        LogPosition.objects.get_or_create(pk=1, defaults={"sequence": last})
        webhook = Webhook.objects.create(
            kind=kind,
            shown_url=_shown(url, kind),
            sealed_url=seal(url),
            sealed_secret=seal(secret) if secret else "",
            events=events,
            description=description.strip(),
            owner=actor.name,
            created_at=timezone.now(),
            from_sequence=last,
        )
        _record("added", webhook, actor, kind=kind, url=webhook.shown_url, events=events)
    return webhook, secret


def change_webhook(
    webhook: Webhook,
    *,
    events: Sequence[str] | None = None,
    description: str | None = None,
    active: bool | None = None,
    actor: Actor,
) -> Webhook:
    """Change the events or the description, switch off or on; what is left out stays. The address never changes."""
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    if events is not None and (faults := _event_faults(events)):
        raise Invalid(faults)
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)
        wanted: dict[str, Any] = {}
        if events is not None:
            wanted["events"] = list(dict.fromkeys(events))
        if description is not None:
            wanted["description"] = description.strip()
        if active is not None and active != webhook.active:
            wanted |= _switched_on() if active else switched_off(BY_HAND.format(name=actor.name))
        before = {name: getattr(webhook, name) for name in wanted if name in SHOWN}
        if not wanted:
            return webhook
        for name, value in wanted.items():
            setattr(webhook, name, value)
        webhook.save(update_fields=wanted)
        if not webhook.active:
            give_up_waiting(webhook)
        _record("changed", webhook, actor, **changes(before, {name: wanted[name] for name in before}))
    return webhook


def renew_secret(webhook: Webhook, *, actor: Actor) -> str:
    """Sign with a new secret from now on, and return it: it is shown only once."""
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    if webhook.kind != Webhook.Kind.JSON:
        raise Refused("webhook_unsigned", f"{webhook} has no secret: only signed JSON has one.")
    secret = new_secret()
    with transaction.atomic():
        webhook.sealed_secret = seal(secret)
        webhook.save(update_fields=["sealed_secret"])
        _record("secret_renewed", webhook, actor)
    return secret


def remove_webhook(webhook: Webhook, *, actor: Actor) -> None:
    """Remove a webhook with its deliveries; the audit log keeps its history."""
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    with transaction.atomic():
        _record("removed", webhook, actor, url=webhook.shown_url)
        webhook.delete()


def switched_off(because: str) -> dict[str, Any]:
    """The columns of a webhook that is switched off."""
    return {"active": False, "switched_off_at": timezone.now(), "switched_off_because": because}


def give_up_waiting(webhook: Webhook) -> None:
    """Fail the waiting deliveries of a webhook that is off; they can be sent again by hand later."""
    webhook.deliveries.filter(state=Delivery.State.PENDING).update(
        state=Delivery.State.FAILED, finished_at=timezone.now(), next_attempt_at=None
    )


def _switched_on() -> dict[str, Any]:
    return {
        "active": True, "switched_off_at": None, "switched_off_because": "", "failures": 0, "failing_since": None
    }  # fmt: skip


def _record(done: str, webhook: Webhook, actor: Actor, **payload: Any) -> None:
    record(f"webhook.{done}", subject=f"webhook:{webhook.pk}", actor=actor, payload=payload)


def _url_faults(url: str, kind: str) -> list[Fault]:
    if kind != Webhook.Kind.EMAIL:
        sentence = address_fault(url, settings.OUTBOUND_ALLOW)
        return [Fault("url", "not_reachable", sentence)] if sentence else []
    if not settings.MAIL_IS_SET:
        return [Fault("kind", "no_mail_server", NO_MAIL)]
    try:
        EmailValidator()(url)
    except ValidationError:
        return [
            Fault(
                "url", "invalid", f"{url[:80]} is not an e-mail address. Write one, for example ml-alerts@example.com."
            )
        ]
    return []


def _event_faults(events: Iterable[str]) -> list[Fault]:
    return [Fault("events", "invalid", sentence) for sentence in pattern_faults(events)]


def _secret_faults(secret: str, kind: str) -> list[Fault]:
    if not secret:
        return []
    if kind != Webhook.Kind.JSON:
        return [Fault("secret", "unsigned", f"A webhook of the kind {kind} has no secret. Leave it out.")]
    if secret.startswith(PREFIX):
        return [Fault("secret", "weak", sentence)] if (sentence := secret_fault(secret)) else []
    plain = secret.isascii() and secret.isprintable() and " " not in secret
    return [] if plain and SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET else [Fault("secret", "weak", SECRET_FAULT)]


def _shown(url: str, kind: str) -> str:
    """The address without its secret parts: a query, and the path of a Slack webhook."""
    if kind == Webhook.Kind.EMAIL:
        return url[:300]
    parts = urlsplit(url)
    path = "/…" if kind == Webhook.Kind.SLACK else parts.path + ("?…" if parts.query else "")
    return f"{parts.scheme}://{parts.netloc}{path}"[:300]
