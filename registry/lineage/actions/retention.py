"""Delete lineage events whose time has passed, and the oldest ones where there are too many. Jobs and data sets stay."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.record import record
from registry.models import LineageDelivery, LineageEvent

MOST_EVENTS = 200_000
BATCH = 5_000


def purge_events() -> int:
    """Delete events older than `LINEAGE_EVENTS_KEPT_DAYS`, and beyond the newest 200,000; how many. On record."""
    before = timezone.now() - timedelta(days=settings.LINEAGE_EVENTS_KEPT_DAYS)
    oldest_of_most = LineageEvent.objects.order_by("-pk").values_list("pk", flat=True)[MOST_EVENTS : MOST_EVENTS + 1]
    limit = next(iter(oldest_of_most), 0)
    old = _delete(LineageEvent.objects.filter(received_at__lt=before))
    many = _delete(LineageEvent.objects.filter(pk__lte=limit)) if limit else 0
    sent = LineageDelivery.objects.filter(created_at__lt=before, finished_at__isnull=False)
    sent.delete()
    if old + many:
        payload = {"events": old + many, "before": before.isoformat(), "beyond_the_newest": many, "most": MOST_EVENTS}
        with transaction.atomic():
            record("lineage.events_purged", subject="lineage_events", actor=SYSTEM, payload=payload)
    return old + many


def _delete(rows: QuerySet[LineageEvent]) -> int:
    count = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        count += LineageEvent.objects.filter(pk__in=keys).delete()[0]
    return count
