"""Events are deleted after their time; what is known of jobs stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from registry.lineage.actions import retention
from registry.lineage.actions.events import receive_event
from registry.models import LineageEvent, LineageJob
from tests.registry.lineage.reports import event

pytestmark = pytest.mark.django_db


def test_old_events_and_too_many_are_deleted_on_record(orders, cora, monkeypatch):
    for number in range(1, 6):
        receive_event(event("clicks", writes=("clicks",), number=number), actor=cora)
    assert retention.purge_events() == 0
    first = LineageEvent.objects.order_by("pk").first()
    LineageEvent.objects.filter(pk=first.pk).update(received_at=timezone.now() - timedelta(days=91))
    monkeypatch.setattr(retention, "MOST_EVENTS", 3)
    assert retention.purge_events() == 2
    assert (LineageEvent.objects.count(), LineageJob.objects.count()) == (3, 1)
    [purged] = AuditEvent.objects.filter(action="lineage.events_purged")
    assert (purged.content["events"], purged.content["beyond_the_newest"]) == (2, 1)
