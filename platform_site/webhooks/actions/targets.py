"""Add, change and remove webhooks, and renew their secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from platform_site.outbound.sealing import CannotUnseal, reseal, seal
from platform_site.people.models import Team, User
from platform_site.text.changes import changes
from platform_site.webhooks.events import pattern_faults
from platform_site.webhooks.models import Delivery, LogPosition, Webhook
from platform_site.webhooks.queries import ONLY_LEADS
from platform_site.webhooks.rules.formats import opsgenie, pagerduty
from platform_site.webhooks.rules.incidents import unpaged
from platform_site.webhooks.rules.severity import Severity
from platform_site.webhooks.signatures import PREFIX, new_secret, secret_fault

SHORTEST_SECRET, LONGEST_SECRET = 32, 200
SECRET_FAULT = f"The secret must have {SHORTEST_SECRET} to {LONGEST_SECRET} ASCII characters without spaces. Leave it out to get a random one."
NO_MAIL = "This installation has no mail server. An administrator can set EMAIL_URL."
BY_HAND = "Switched off by {name}."

ADDRESSES: dict[str, str] = {Webhook.Kind.PAGERDUTY: pagerduty.ADDRESS, Webhook.Kind.OPSGENIE: opsgenie.ADDRESS}
KEYS = {
    Webhook.Kind.PAGERDUTY: "the routing key (integration key)",
    Webhook.Kind.OPSGENIE: "the API key of an integration",
}
UNPAGED = "{names} opens nothing that Plumbline ends. A pager takes alert.*, health_alert.* and gate.blocked."
SHOWN = (
    "events",
    "description",
    "active",
    "teams",
    "severity",
    "person",
)  # what an event says of a change; the others follow from it


def add_webhook(
    *,
    url: str,
    events: Sequence[str],
    kind: str = Webhook.Kind.JSON,
    secret: str = "",
    description: str = "",
    teams: Sequence[str] = (),
    severity: str = Severity.INFO,
    person: str = "",
    actor: Actor,
) -> tuple[Webhook, str]:
    """Send these events to an address from now on; return the webhook and the secret that was made for it, which is shown
    only once, or an empty text.

    Signed JSON has a secret, by default a random one; a pager has the key that it handed out, and an address by default.
    ``teams``, ``severity`` and ``person`` as in `change_webhook`. Invalid with every fault.
    """
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    url = url.strip().removeprefix("mailto:") or ADDRESSES.get(kind, "")
    events, teams, secret = list(dict.fromkeys(events)), list(dict.fromkeys(teams)), secret.strip()
    faults = [*_url_faults(url, kind), *_event_faults(events, kind), *_secret_faults(secret, kind)]
    faults += [*_team_faults(teams), *_person_faults(person, kind)]
    if faults:
        raise Invalid(faults)
    made = new_secret() if kind == Webhook.Kind.JSON and not secret else ""
    with transaction.atomic():
        last = head.sequence if (head := log.head()) else 0
        LogPosition.objects.get_or_create(pk=1, defaults={"sequence": last})
        webhook = Webhook.objects.create(
            kind=kind,
            shown_url=_shown(url, kind),
            sealed_url=seal(url),
            sealed_secret=seal(secret or made) if secret or made else "",
            events=events,
            teams=teams,
            severity=severity,
            person=_person(person),
            description=description.strip(),
            owner=actor.name,
            created_at=timezone.now(),
            from_sequence=last,
        )
        content = {"teams": teams, "severity": severity, "person": person}
        _record("added", webhook, actor, kind=kind, url=webhook.shown_url, events=events, **content)
    return webhook, secret or made if kind == Webhook.Kind.JSON else ""


def change_webhook(webhook: Webhook, *, actor: Actor, **changed: Any) -> Webhook:
    """Change its events, description, teams, least severity or person, switch it off or on (`active`); what is left out stays.

    ``teams`` are slugs: only what they own is sent, everything where it is empty. ``person`` is whose quiet hours hold.
    The address never changes. Invalid with every fault.
    """
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    if faults := _change_faults(webhook, changed):
        raise Invalid(faults)
    with transaction.atomic():
        webhook = (
            Webhook.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=webhook.pk)
        )
        wanted = _columns(webhook, changed, actor)
        before = {name: _shown_value(getattr(webhook, name)) for name in wanted if name in SHOWN}
        if not wanted:
            return webhook
        for name, value in wanted.items():
            setattr(webhook, name, value)
        webhook.save(update_fields=wanted)
        if not webhook.active:
            give_up_waiting(webhook)
        _record("changed", webhook, actor, **changes(before, {name: _shown_value(wanted[name]) for name in before}))
    return webhook


def _change_faults(webhook: Webhook, changed: Mapping[str, Any]) -> list[Fault]:
    faults = _event_faults(changed["events"], webhook.kind) if "events" in changed else []
    faults += _team_faults(changed.get("teams", ()))
    return faults + _person_faults(changed.get("person") or "", webhook.kind)


def _columns(webhook: Webhook, changed: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """The columns that a change writes; those that stay as they are stay out."""
    wanted: dict[str, Any] = {}
    for name in ("events", "teams"):
        if name in changed:
            wanted[name] = list(dict.fromkeys(changed[name]))
    if "description" in changed:
        wanted["description"] = changed["description"].strip()
    if "severity" in changed:
        wanted["severity"] = changed["severity"]
    if "person" in changed:
        wanted["person"] = _person(changed["person"] or "")
    active = changed.get("active")
    if active is not None and active != webhook.active:
        wanted |= _switched_on() if active else switched_off(BY_HAND.format(name=actor.name))
    return wanted


def renew_secret(webhook: Webhook, *, actor: Actor) -> str:
    """Sign with a new secret from now on, and return it: it is shown only once."""
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    if webhook.kind != Webhook.Kind.JSON:
        raise Refused("webhook_unsigned", f"{webhook} has no secret of ours: only signed JSON has one.")
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


def _event_faults(events: Iterable[str], kind: str) -> list[Fault]:
    events = list(events)
    faults = [Fault("events", "invalid", sentence) for sentence in pattern_faults(events)]
    if not faults and kind in Webhook.PAGERS and (names := unpaged(events)):
        return [Fault("events", "unpaged", UNPAGED.format(names=", ".join(names)))]
    return faults


def _secret_faults(secret: str, kind: str) -> list[Fault]:
    if kind in KEYS:
        plain = secret.isascii() and secret.isprintable() and " " not in secret and len(secret) <= LONGEST_SECRET
        sentence = f"Enter {KEYS[Webhook.Kind(kind)]} as the secret: ASCII characters without spaces."
        return [] if secret and plain else [Fault("secret", "required", sentence)]
    if not secret:
        return []
    if kind != Webhook.Kind.JSON:
        return [Fault("secret", "unsigned", f"A webhook of the kind {kind} has no secret. Leave it out.")]
    if secret.startswith(PREFIX):
        return [Fault("secret", "weak", sentence)] if (sentence := secret_fault(secret)) else []
    plain = secret.isascii() and secret.isprintable() and " " not in secret
    return [] if plain and SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET else [Fault("secret", "weak", SECRET_FAULT)]


def _team_faults(teams: Iterable[str]) -> list[Fault]:
    known = set(Team.objects.filter(slug__in=list(teams)).values_list("slug", flat=True))
    unknown = [slug for slug in teams if slug not in known]
    return [Fault("teams", "unknown", f"There is no team {slug[:63]}.") for slug in unknown]


def _person_faults(username: str, kind: str) -> list[Fault]:
    if not username:
        return []
    if kind not in Webhook.FOR_PEOPLE:
        sentence = f"Quiet hours hold for mail and chat; a webhook of the kind {kind} has none. Leave the person out."
        return [Fault("person", "not_for_people", sentence)]
    if _person(username) is None:
        return [Fault("person", "unknown", f"There is no person {username[:80]} who can sign in.")]
    return []


def _person(username: str) -> User | None:
    people = User.objects.filter(is_active=True, is_service=False)
    return people.filter(username=username).first() if username else None


def _shown_value(value: Any) -> Any:
    return value.get_username() if isinstance(value, User) else value


def _shown(url: str, kind: str) -> str:
    """The address without its secret parts: a query, and the path of a Slack or Teams webhook."""
    if kind == Webhook.Kind.EMAIL:
        return url[:300]
    parts = urlsplit(url)
    path = "/…" if kind in (Webhook.Kind.SLACK, Webhook.Kind.TEAMS) else parts.path + ("?…" if parts.query else "")
    return f"{parts.scheme}://{parts.netloc}{path}"[:300]


def reseal_secrets(*, actor: Actor) -> tuple[int, int]:
    """Seal every stored secret with the newest SECRET_KEY; return how many webhooks changed, and how many no key reads."""
    count = lost = 0
    with transaction.atomic():
        for pk, url, secret in Webhook.objects.order_by("pk").values_list("pk", "sealed_url", "sealed_secret"):
            try:
                fresh = {"sealed_url": reseal(url), "sealed_secret": secret and reseal(secret)}
            except CannotUnseal:
                lost += 1
                continue
            stale = Webhook.objects.filter(
                pk=pk, sealed_url=url, sealed_secret=secret
            )  # as it was read: nobody's change is undone
            if fresh != {"sealed_url": url, "sealed_secret": secret}:
                count += stale.update(**fresh)
        if count:
            record(
                "secret_key.rotated", subject="secret_key", actor=actor, payload={"webhooks": count, "unreadable": lost}
            )
    return count, lost
