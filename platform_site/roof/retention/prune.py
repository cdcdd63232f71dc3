"""Delete what is past its time, a batch in a transaction of its own, each with its audit event."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.roof.retention.tables import RETENTIONS, Retention
from platform_site.work import for_each

BATCH, MOST_BATCHES = 1_000, 200


def prune() -> dict[str, int]:
    """Delete what is past its time; how many rows of each kind, where there were any. One kind that fails stops no other."""
    counts: dict[str, int] = {}

    def purge(retention: Retention) -> None:
        before = retention.before
        counts[retention.what] = retention.purge(before) if retention.purge else _purge(retention, before)

    for_each(RETENTIONS, purge)
    return {what: count for what, count in counts.items() if count}


def _purge(retention: Retention, before: datetime) -> int:
    total = 0
    for _ in range(MOST_BATCHES):
        count = _purge_some(retention, before)
        total += count
        if not count:
            break
    return total


def _purge_some(retention: Retention, before: datetime) -> int:
    with transaction.atomic():
        rows = retention.rows(before)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return 0
        _, by_table = rows.filter(pk__in=keys).delete()
        count = by_table.get(retention.tables[0], 0)
        if count:  # else another worker deleted them
            payload = {"rows": count, "with_them": sum(by_table.values()) - count, "before": before.isoformat()}
            record("retention.pruned", subject=f"retention:{retention.what}", actor=SYSTEM, payload=payload)
    return count
