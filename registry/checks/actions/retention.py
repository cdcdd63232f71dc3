"""Delete runs of checks after their retention period, but never what something rests on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.record import record
from registry.features.queries.parity_evidence import CONCLUSIVE
from registry.models import Alert, AlertFinding, Check, CheckResult, CheckRun, ColumnFinding, DifferingRows, RowPurge

BATCH, MOST_BATCHES = 200, 500  # runs: each may have five hundred findings
NEWEST = 30  # of each check: what its charts show


def old_runs(before: datetime, *, keep: Collection[int] = ()) -> QuerySet[CheckRun]:
    """The runs that ended before a moment and that nothing rests on.

    Stay: conclusive runs of definition parity, which gate decisions cite and gates read; the newest runs of each check, and
    its newest of each outcome; runs that an alert names; and those to ``keep``.
    """
    same = CheckRun.objects.filter(check_definition=OuterRef("check_definition"))
    oldest_of_newest = same.order_by("-pk").values("pk")[NEWEST - 1 : NEWEST]
    newest_of_outcome = same.filter(outcome=OuterRef("outcome")).order_by("-pk").values("pk")[:1]
    named = Q(Exists(Alert.objects.filter(run=OuterRef("pk")))) | Q(
        Exists(AlertFinding.objects.filter(run=OuterRef("pk")))
    )
    is_evidence = Q(check_definition__kind=Check.Kind.DEFINITION_PARITY, outcome__in=CONCLUSIVE)
    ended = CheckRun.objects.filter(
        finished_at__lt=before, state__in=(CheckRun.State.FINISHED, CheckRun.State.CANCELLED)
    )
    return (
        ended.annotate(limit=Subquery(oldest_of_newest), newest=Subquery(newest_of_outcome))
        .filter(pk__lt=F("limit"))
        .exclude(pk=F("newest"))
        .exclude(named | is_evidence)
        .exclude(pk__in=keep)
    )


def purge_runs(before: datetime, *, keep: Collection[int] = ()) -> int:
    """Delete those runs with their findings, in batches, each with a record and an audit event; how many runs. Without the
    record the database refuses the deletion."""
    total = 0
    for _ in range(MOST_BATCHES):
        count = _purge_some(before, keep)
        total += count
        if not count:
            break
    return total


def _purge_some(before: datetime, keep: Collection[int]) -> int:
    with transaction.atomic():
        keys = list(old_runs(before, keep=keep).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return 0
        RowPurge.objects.create(kind=RowPurge.Kind.CHECK_RUNS, before=before, rows=len(keys), purged_at=timezone.now())
        findings = [
            kind.objects.filter(run__in=keys).delete()[0] for kind in (ColumnFinding, DifferingRows, CheckResult)
        ]
        # By the database's own foreign keys: a run that an alert names by now takes the whole batch back.
        if CheckRun.objects.filter(pk__in=keys).delete()[0] != len(keys):
            transaction.set_rollback(True)  # another worker deleted some of them, and has it on record
            return 0
        payload = {
            "rows": len(keys),
            "first": keys[0],
            "last": keys[-1],
            "findings": sum(findings),
            "before": before.isoformat(),
        }
        record("retention.pruned", subject="retention:check runs", actor=SYSTEM, payload=payload)
    return len(keys)
