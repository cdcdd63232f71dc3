"""Queries over webhooks and their deliveries."""

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

ONLY_LEADS = "Only leads and administrators can see and change webhooks."


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


def subscribers_of(event: Event, among: Sequence[Webhook]) -> list[tuple[Webhook, str]]:
    """The webhooks that subscribe to an event of the log, each with the name under which it is sent."""
    names = names_of(event.name, event.payload)
    return [
        (webhook, names[-1])
        for webhook in among
        if (event.sequence or 0) > webhook.from_sequence and wants(webhook.events, names)
    ]


def link_to(subject: str) -> str:
    """The page with the events of a subject; empty when CSRF_TRUSTED_ORIGINS is not set."""
    page = f"{reverse('audit:events')}?{urlencode({'subject': subject})}"
    return f"{settings.PUBLIC_ORIGIN}{page}" if settings.PUBLIC_ORIGIN else ""
