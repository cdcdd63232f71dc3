"""Delete serving reports after their retention period, but never what something rests on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.record import record
from registry.models import Alert, AlertFinding, RowPurge, ServingReport

BATCH, MOST_BATCHES = 1_000, 200


def old_reports(before: datetime) -> QuerySet[ServingReport]:
    """The reports from before a moment that nothing rests on.

    Stay: those of regulated models, which a regulator pack lists; those that an alert names; the newest of each version in
    each environment, shadow or not.
    """
    same = ServingReport.objects.filter(
        model_version=OuterRef("model_version"), environment=OuterRef("environment"), shadow=OuterRef("shadow")
    )
    named = Q(Exists(Alert.objects.filter(serving_report=OuterRef("pk"))))
    named |= Q(Exists(AlertFinding.objects.filter(serving_report=OuterRef("pk"))))
    newest = Subquery(same.order_by("-window_end", "-pk").values("pk")[:1])
    old = ServingReport.objects.filter(reported_at__lt=before, model_version__model__regulated=False)
    return old.annotate(newest=newest).exclude(pk=F("newest")).exclude(named)


def purge_reports(before: datetime) -> int:
    """Delete those reports in batches, each with a record and an audit event; how many. Without the record the database
    refuses the deletion."""
    total = 0
    for _ in range(MOST_BATCHES):
        count = _purge_some(before)
        total += count
        if not count:
            break
    return total


def _purge_some(before: datetime) -> int:
    with transaction.atomic():
        keys = list(old_reports(before).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return 0
        RowPurge.objects.create(
            kind=RowPurge.Kind.SERVING_REPORTS, before=before, rows=len(keys), purged_at=timezone.now()
        )
        if ServingReport.objects.filter(pk__in=keys).delete()[0] != len(keys):
            transaction.set_rollback(True)  # another worker deleted some of them, and has it on record
            return 0
        payload = {"rows": len(keys), "first": keys[0], "last": keys[-1], "before": before.isoformat()}
        record("retention.pruned", subject="retention:serving reports", actor=SYSTEM, payload=payload)
    return len(keys)
