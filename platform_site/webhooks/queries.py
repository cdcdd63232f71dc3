"""Queries over webhooks and their deliveries."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.lines import page_of
from platform_site.audit.models import AuditEvent
from platform_site.audit.sentences import subject_parts
from platform_site.errors import Unknown
from platform_site.outbound.sealing import unseal
from platform_site.people.models import User
from platform_site.webhooks.events import names_of
from platform_site.webhooks.models import Delivery, HeldEvent, QuietHours, Webhook
from platform_site.webhooks.rules.incidents import BLOCKED, DECIDED, Step, incident_of
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.rules.notices import NO_DETAILS, Details
from platform_site.webhooks.rules.routes import EVERY_TEAM, accepts, wants
from platform_site.webhooks.signals import events_described

log = logging.getLogger(__name__)
ONLY_LEADS = "Only leads and administrators can see and change webhooks."


def webhooks(actor: Actor) -> QuerySet[Webhook]:
    """Every webhook with how many of its deliveries wait and failed, newest first; NotAllowed but for leads."""
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    waits = Q(deliveries__state__in=[Delivery.State.PENDING, Delivery.State.SENDING])
    failed = Q(deliveries__state=Delivery.State.FAILED)
    held = HeldEvent.objects.filter(webhook=OuterRef("pk")).order_by().values("webhook").annotate(rows=Count("pk"))
    rows = Webhook.objects.select_related("person").annotate(
        waiting=Count("deliveries", filter=waits),
        failed=Count("deliveries", filter=failed),
        held_back=Coalesce(Subquery(held.values("rows")), 0),
    )
    return rows.order_by("-pk")


def webhook(pk: int, actor: Actor) -> Webhook:
    """One webhook; Unknown when there is none."""
    row = webhooks(actor).filter(pk=pk).first()
    if row is None:
        raise Unknown(f"There is no webhook {pk}.")
    return row


def deliveries(webhook: Webhook) -> QuerySet[Delivery]:
    """The deliveries of a webhook with their attempts, newest first. Two queries."""
    return webhook.deliveries.prefetch_related("attempts").order_by("-pk")


def delivery(webhook: Webhook, pk: int) -> Delivery:
    """One delivery; Unknown when there is none."""
    row = deliveries(webhook).filter(pk=pk).first()
    if row is None:
        raise Unknown(f"Webhook {webhook.pk} has no delivery {pk}.")
    return row


def secret_of(webhook: Webhook) -> str:
    """The secret that signs the deliveries; `CannotUnseal` once SECRET_KEY has changed."""
    return unseal(webhook.sealed_secret)


def names_for(webhook: Webhook, event: Event) -> tuple[str, ...]:
    """The names under which a destination may want an event. A gate that proceeds ends what a blocked one began."""
    names = names_of(event.name, event.payload)
    return (*names, BLOCKED) if names == (DECIDED,) and webhook.kind != Webhook.Kind.JSON else names


def is_subscribed(webhook: Webhook, event: Event) -> bool:
    """Whether a destination asks for events of this name, and was there when it happened."""
    return (event.sequence or 0) > webhook.from_sequence and wants(webhook.events, names_for(webhook, event))


def open_incidents(webhooks: Sequence[Webhook], keys: Iterable[str]) -> dict[tuple[int, str], str]:
    """What was last sent of each of these incidents to each destination: its step, by webhook and key. One query."""
    rows = Delivery.objects.filter(webhook__in=webhooks, incident__in=set(keys), redelivery_of=None).order_by("pk")
    return {(webhook, key): step for webhook, key, step in rows.values_list("webhook_id", "incident", "step")}


def sent_name(event: Event) -> str:
    """The name under which an event is sent: a gate that decided BLOCKED has one of its own."""
    return names_of(event.name, event.payload)[-1]


def has_later_step(delivery: Delivery) -> bool:
    """Whether a later event about the incident of a delivery was made for its destination."""
    same = Delivery.objects.filter(webhook=delivery.webhook_id, incident=delivery.incident, redelivery_of=None)
    origin = delivery.redelivery_of_id or delivery.pk
    return bool(delivery.incident) and same.filter(pk__gt=origin).exists()


def is_due_to(webhook: Webhook, event: Event, severity: str, teams: Sequence[str], last: str) -> bool:
    """Whether an event goes to a destination that is subscribed to it; its name is the one under which it is sent.

    What it was sent an incident of, it is sent the rest of, whoever owns it by now and however severe it is by now.
    ``last`` is the step that it was sent last, empty for none. A pager is never sent the end of what it does not know.
    """
    incident = incident_of(event.name, event.subject, event.payload)
    if incident and last and last != Step.RESOLVE:
        return True
    if webhook.is_pager and (incident is None or incident.step != Step.TRIGGER):
        return False
    names = (DECIDED, BLOCKED) if event.name == BLOCKED else (event.name,)
    return accepts(webhook.route, names, severity, teams)


def describe_all(events: Sequence[Event]) -> list[Details]:
    """What the owners of their subjects add to events; where that failed, every team is taken to own what nobody described."""
    described: dict[int, Details] = {}
    unknown = NO_DETAILS
    for receiver, answer in events_described.send_robust(Event, events=events):
        if isinstance(answer, Exception):
            log.error("%r could not describe %s events", receiver, len(events), exc_info=answer)
            unknown = Details(teams=(EVERY_TEAM,))
        else:
            described |= answer
    return [described.get(place, unknown) for place in range(len(events))]


def describe(event: Event) -> Details:
    """The same for one event."""
    return describe_all([event])[0]


def event_of(row: AuditEvent) -> Event:
    """An event of the log as it is sent; its link leads to the log until it is described."""
    return Event(row.action, row.sequence, row.at, row.actor, row.subject, row.content, link_to(row.subject))


def linked(event: Event, details: Details) -> Event:
    """The event with the link to the page that its subject has."""
    return event._replace(link=absolute(details.path)) if details.path else event


def list_held(webhook: Webhook) -> QuerySet[HeldEvent]:
    """What waits for the end of quiet hours, the oldest first."""
    return webhook.held.order_by("sequence")


def quiet_hours_of(person: User | None) -> QuietHours | None:
    """A person's quiet hours; None where they have none."""
    return QuietHours.objects.filter(person=person).first() if person else None


def list_of_person(person: User) -> QuerySet[Webhook]:
    """The destinations for which a person's quiet hours hold."""
    return Webhook.objects.filter(person=person).order_by("pk")


def installation() -> str:
    """How this installation calls itself at pagers: its public address, so that two installations share one account."""
    return settings.PUBLIC_ORIGIN or "plumbline"


def incident_key(incident: str) -> str:
    """The key of an incident at a pager."""
    return f"{installation()}/{incident}"


def absolute(path: str) -> str:
    """A page of this site; empty when CSRF_TRUSTED_ORIGINS is not set."""
    return f"{settings.PUBLIC_ORIGIN}{path}" if settings.PUBLIC_ORIGIN else ""


def link_to(subject: str) -> str:
    """The page of a subject, else its events in the log; empty when CSRF_TRUSTED_ORIGINS is not set."""
    path = page_of(*subject_parts(subject))
    return absolute(path or f"{reverse('audit:events')}?{urlencode({'subject': subject})}")
