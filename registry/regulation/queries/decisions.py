"""Decisions that serving reported: as lists, one by one, and as the regulator pack tells them."""

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
    """What was reported of a version, the newest decision first."""
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
    """The same, filtered; ``method`` `none`: those that nothing explains."""
    rows = decisions(version)
    if method:
        rows = rows.filter(method="" if method == NOT_EXPLAINED else method)
    given = {
        "environment": environment,
        "external_id__startswith": external_id,
        "decided_at__gte": since,
        "decided_at__lt": until,
    }
    return rows.filter(**{name: value for name, value in given.items() if value})


def decision(version: ModelVersion, pk: int) -> ReportedDecision:
    """One decision of a version; Unknown when there is none."""
    found = decisions(version).filter(pk=pk).first()
    if found is None:
        raise Unknown(f"No decision {pk} is kept of {version}.")
    return found


def explainable_by(version: ModelVersion) -> set[str]:
    """What contributions may name: the features trained on, and the columns of the training data."""
    return {*(recorded_snapshot(version) or ()), *(column["name"] for column in version.data_snapshot.schema)}


def for_the_pack(version: ModelVersion) -> dict[str, Any]:
    """The newest decisions whole; of those before them counts and one digest by month; and what was purged."""
    rows = decisions(version)
    whole = list(rows[:NEWEST_IN_A_PACK])
    earlier = rows.values_list("decided_at", "digest").order_by("decided_at", "pk")
    rest = max(rows.count() - len(whole), 0)
    return {
        "kept": len(whole) + rest,
        "newest": [
            {"content": one.content, "digest": one.digest, "by": one.reported_by, "at": one.reported_at}
            for one in whole
        ],
        "earlier_by_month": by_month(earlier[:rest].iterator(chunk_size=2_000)) if rest else [],
        "purged": list(
            version.decision_purges.order_by("pk").values("before", "rows", "by_month", "digest", "purged_at")
        ),
    }


def by_month(rows: Iterable[tuple[datetime, str]]) -> list[dict[str, Any]]:
    """Moments and digests, oldest first, as months: how many, and SHA-256 over their digests, one a line."""
    months: dict[str, Any] = {}
    for decided_at, digest in rows:
        count, told = months.get(f"{decided_at:%Y-%m}", (0, hashlib.sha256()))
        told.update(f"{digest}\n".encode())
        months[f"{decided_at:%Y-%m}"] = (count + 1, told)
    return [{"month": name, "rows": count, "digest": told.hexdigest()} for name, (count, told) in months.items()]
