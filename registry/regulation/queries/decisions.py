"""Decisions that serving reported: lists, single decisions, and the form they have in the regulator pack."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from platform_site.errors import Unknown
from registry.models import ModelVersion, ReportedDecision
from registry.versions.queries.snapshots import recorded_snapshot

NEWEST_IN_A_PACK = 1_000
NOT_EXPLAINED = "none"


def decisions(version: ModelVersion) -> QuerySet[ReportedDecision]:
    """The decisions reported for a version, the newest first."""
    return ReportedDecision.objects.filter(model_version=version)


def decisions_by(
    version: ModelVersion,
    *,
    environment: str = "",
    method: str = "",
    external_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[ReportedDecision]:
    """The decisions of a version, filtered; ``method`` `none` means those without an explanation."""
    rows = decisions(version)
    if method:
        rows = rows.filter(method="" if method == NOT_EXPLAINED else method)
    conditions = {
        "environment": environment,
        "external_id__startswith": external_id,
        "decided_at__gte": since,
        "decided_at__lt": until,
    }
    return rows.filter(**{name: value for name, value in conditions.items() if value})


def decision(version: ModelVersion, pk: int) -> ReportedDecision:
    """One decision of a version; Unknown when there is none."""
    row = decisions(version).filter(pk=pk).first()
    if row is None:
        raise Unknown(f"There is no decision {pk} of {version}.")
    return row


def explainable_by(version: ModelVersion) -> set[str]:
    """The names that contributions may have: features of the snapshot, and columns of the training data."""
    columns = version.data_snapshot.schema if version.data_snapshot else ()
    return {*(recorded_snapshot(version) or ()), *(column["name"] for column in columns)}


def for_the_pack(version: ModelVersion) -> dict[str, Any]:
    """The newest decisions in full; for earlier ones a count and one digest per month; and every purge."""
    rows = decisions(version)
    whole = list(rows[:NEWEST_IN_A_PACK])
    earlier = rows.values_list("decided_at", "digest").order_by("decided_at", "pk")
    rest = max(rows.count() - len(whole), 0)
    return {
        "kept": len(whole) + rest,
        "newest": [
            {"content": row.content, "digest": row.digest, "by": row.reported_by, "at": row.reported_at}
            for row in whole
        ],
        "earlier_by_month": by_month(earlier[:rest].iterator(chunk_size=2_000)) if rest else [],
        "purged": list(
            version.decision_purges.order_by("pk").values("before", "rows", "by_month", "digest", "purged_at")
        ),
    }


def by_month(rows: Iterable[tuple[datetime, str]]) -> list[dict[str, Any]]:
    """Times and digests, oldest first, grouped by month: the count, and SHA-256 over the digests, one per line."""
    months: dict[str, Any] = {}
    for decided_at, digest in rows:
        count, hasher = months.get(f"{decided_at:%Y-%m}", (0, hashlib.sha256()))
        hasher.update(f"{digest}\n".encode())
        months[f"{decided_at:%Y-%m}"] = (count + 1, hasher)
    return [{"month": name, "rows": count, "digest": hasher.hexdigest()} for name, (count, hasher) in months.items()]
