"""Store each decision that serving reports once, and delete it after its retention period."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from registry.models import DecisionPurge, ModelVersion, ReportedDecision
from registry.regulation.queries.decisions import explainable_by
from registry.regulation.rules import reported_decision as rules
from registry.versions.actions.snapshots import require_contributor
from registry.versions.queries.audit_subjects import subject_of

MOST_AT_ONCE, PURGED_AT_ONCE, MOST_PURGES = 1_000, 2_000, 200
AHEAD = timedelta(minutes=5)  # how far clocks may differ
OTHER = "A decision with this external_id was already reported with other content. Decisions are never changed."


class Reported(NamedTuple):
    """How many decisions were new, and how many were already on record."""

    recorded: int
    known: int


def report_decisions(version: ModelVersion, decisions: Sequence[Mapping[str, Any]], *, actor: Actor) -> Reported:
    """Store decisions, all or none; one already stored with the same content is left as it is. Invalid with every fault
    of every row. The audit event holds their number and digest, and nothing of their content."""
    require_contributor(version.model, actor)
    if not 0 < len(decisions) <= MOST_AT_ONCE:
        raise Invalid(
            [Fault("", "malformed", f"Report 1 to {MOST_AT_ONCE:,} decisions at once, not {len(decisions):,}.")]
        )
    if faults := _faults(version, decisions):
        raise Invalid(faults)
    rows = [_row(version, decision, actor) for decision in decisions]
    with transaction.atomic():
        ModelVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
        existing = dict(
            ReportedDecision.objects.filter(
                model_version=version, external_id__in=[row.external_id for row in rows]
            ).values_list("external_id", "digest")
        )
        if faults := [
            Fault(f"{index}.external_id", "other_content", OTHER)
            for index, row in enumerate(rows)
            if existing.get(row.external_id, row.digest) != row.digest
        ]:
            raise Invalid(faults)
        new = [row for row in rows if row.external_id not in existing]
        if new:
            ReportedDecision.objects.bulk_create(new)
            payload = {"decisions": len(new), "digest": _digest(row.digest for row in new)}
            record("decisions.reported", subject=subject_of(version), actor=actor, payload=payload)
    return Reported(len(new), len(rows) - len(new))


def purge_decisions() -> int:
    """Delete every decision past its retention period, in batches, and return how many. Each batch leaves a record and
    an audit event with counts and a digest; without the record the database refuses the deletion."""
    before = timezone.now() - timedelta(days=settings.DECISIONS_KEPT_DAYS)
    gone = 0
    for _ in range(MOST_PURGES):
        purged = _purge_some(before)
        if not purged:
            break
        gone += purged
    return gone


def _purge_some(before: datetime) -> int:
    with transaction.atomic():
        oldest = ReportedDecision.objects.filter(decided_at__lt=before).order_by("decided_at", "pk").first()
        if oldest is None:
            return 0
        version = (
            ModelVersion.objects.select_for_update(no_key=True, of=("self",))
            .select_related("model")
            .get(pk=oldest.model_version_id)
        )
        old = ReportedDecision.objects.filter(model_version=version, decided_at__lt=before)
        rows = list(old.order_by("decided_at", "pk").values_list("pk", "decided_at", "digest")[:PURGED_AT_ONCE])
        if not rows:  # another worker deleted them
            return 0
        purge = DecisionPurge.objects.create(
            model_version=version,
            before=before,
            rows=len(rows),
            by_month=dict(Counter(f"{decided_at:%Y-%m}" for _, decided_at, _ in rows)),
            digest=_digest(digest for _, _, digest in rows),
            purged_at=timezone.now(),
        )
        ReportedDecision.objects.filter(pk__in=[pk for pk, _, _ in rows]).delete()
        payload = {"decisions": purge.rows, "digest": purge.digest, "by_month": purge.by_month}
        payload |= {"before": before.isoformat(), "kept_days": settings.DECISIONS_KEPT_DAYS}
        record("decisions.purged", subject=subject_of(version), actor=SYSTEM, payload=payload)
    return len(rows)


def _faults(version: ModelVersion, decisions: Sequence[Mapping[str, Any]]) -> list[Fault]:
    now = timezone.now()
    bounds = {"earliest": now - timedelta(days=settings.DECISIONS_KEPT_DAYS), "latest": now + AHEAD}
    names, regulated = explainable_by(version), version.model.regulated
    seen = Counter(decision["external_id"] for decision in decisions)
    faults = []
    for index, decision in enumerate(decisions):
        if seen[decision["external_id"]] > 1:
            faults.append(
                Fault(
                    f"{index}.external_id",
                    "duplicate",
                    f"{decision['external_id']} appears more than once in this call.",
                )
            )
        for fault in rules.faults(decision, names=names, regulated=regulated, **bounds):
            faults.append(Fault(f"{index}.{fault.field}".rstrip("."), fault.code, fault.message))
    return faults


def _row(version: ModelVersion, decision: Mapping[str, Any], actor: Actor) -> ReportedDecision:
    content = rules.canonical(decision)
    return ReportedDecision(
        model_version=version,
        external_id=decision["external_id"],
        decided_at=decision["decided_at"],
        environment=decision["environment"],
        method=(decision.get("explanation") or {}).get("method", ""),
        content=content,
        digest=rules.digest(content),
        reported_by=actor.name,
        reported_at=timezone.now(),
    )


def _digest(digests: Any) -> str:
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()
