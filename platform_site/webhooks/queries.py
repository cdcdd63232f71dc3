"""Reading webhooks and what was delivered to them."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from platform_site import access
from platform_site.access import Actor
from platform_site.errors import Unknown
from platform_site.outbound.sealing import unseal
from platform_site.webhooks.events import names_of, wants
from platform_site.webhooks.messages import Event
from platform_site.webhooks.models import Delivery, Webhook

ONLY_LEADS = "Only leads and administrators see and change where events are sent."


def webhooks(actor: Actor) -> QuerySet[Webhook]:
    """Every webhook with how many of its deliveries wait and failed, newest first; NotAllowed but for leads."""
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    waits = Q(deliveries__state__in=[Delivery.State.PENDING, Delivery.State.SENDING])
    failed = Q(deliveries__state=Delivery.State.FAILED)
    return Webhook.objects.annotate(
        waiting=Count("deliveries", filter=waits), failed=Count("deliveries", filter=failed)
    ).order_by("-pk")


def webhook(pk: int, actor: Actor) -> Webhook:
    """One webhook; Unknown when there is none."""
    found = webhooks(actor).filter(pk=pk).first()
    if found is None:
        raise Unknown(f"There is no webhook {pk}.")
    return found


def deliveries(webhook: Webhook) -> QuerySet[Delivery]:
    """What was, is and will be delivered to a webhook, with each attempt, newest first. Two queries."""
    return webhook.deliveries.prefetch_related("attempts").order_by("-pk")


def delivery(webhook: Webhook, pk: int) -> Delivery:
    """One delivery; Unknown when there is none."""
    found = deliveries(webhook).filter(pk=pk).first()
    if found is None:
        raise Unknown(f"There is no delivery {pk} of this webhook.")
    return found


def secret_of(webhook: Webhook) -> str:
    """What signs the deliveries; `Unreadable` once SECRET_KEY is another one."""
    return unseal(webhook.sealed_secret)


def who_wants(event: Event, among: Sequence[Webhook]) -> list[tuple[Webhook, str]]:
    """The webhooks that an event goes to, each with the name under which it is sent."""
    names = names_of(event.name, event.payload)
    return [(one, names[-1]) for one in among if event.sequence > one.from_sequence and wants(one.events, names)]


def link_to(subject: str) -> str:
    """Where people read more; empty where the installation was not told its own address."""
    page = f"{reverse('audit:events')}?{urlencode({'subject': subject})}"
    return f"{settings.PUBLIC_ORIGIN}{page}" if settings.PUBLIC_ORIGIN else ""
