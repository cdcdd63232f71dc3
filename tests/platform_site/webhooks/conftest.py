"""A receiver on this machine that the administrator allows, and webhooks that lead to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.outbound.addresses import networks
from platform_site.webhooks.actions import audit_feed, deliveries
from platform_site.webhooks.actions.targets import add_webhook
from platform_site.webhooks.models import Delivery, Webhook
from tests.platform_site.outbound.receiver import receiving


@pytest.fixture
def receiver(settings):
    """What is posted to it is kept; answers as told."""
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    with receiving() as server:
        yield server


@pytest.fixture
def webhook(actor, receiver) -> tuple[Webhook, str]:
    """A webhook of signed JSON that wants alerts, and its secret."""
    return add_webhook(url=receiver.url, events=["alert.*"], actor=actor("lead"))


def happen(action: str = "alert.opened", subject: str = "alert:3", **payload: object) -> None:
    """Something is recorded in the log."""
    with transaction.atomic():
        record(action, subject=subject, actor=SYSTEM, payload=payload or {"title": "fare_amount drifted"})


def work() -> int:
    """What the scheduler and the workers do: follow the log, then deliver what is due; how many attempts were made."""
    audit_feed.follow()
    due = Delivery.objects.filter(state__in=["pending", "sending"]).order_by("pk").values_list("pk", flat=True)
    return sum(deliveries.deliver(pk) for pk in list(due))


def wait(seconds: float) -> None:
    """Time passes for whatever waits."""
    for delivery in Delivery.objects.filter(next_attempt_at__isnull=False):
        delivery.next_attempt_at -= timedelta(seconds=seconds)
        delivery.save()
    for delivery in Delivery.objects.filter(lease_until__isnull=False):
        delivery.lease_until -= timedelta(seconds=seconds)
        delivery.save()
    for webhook in Webhook.objects.filter(failing_since__isnull=False):
        webhook.failing_since -= timedelta(seconds=seconds)
        webhook.save()
