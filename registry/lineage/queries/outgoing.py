"""Our own trainings, gates and deployments as OpenLineage events, from the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from platform_site.audit.models import AuditEvent
from registry.lineage.rules.run_events import ACTIONS, TRAINED, Logged, Place, Source, run_events
from registry.models import FeatureVersion, LineageDataset, LineageDelivery

PRODUCER = "urn:plumbline"
MOST_EXPORTED = 1_000


def logged_events(after: int = 0) -> QuerySet[AuditEvent]:
    """The events of the audit log that lineage is made of, the oldest first."""
    return AuditEvent.objects.filter(sequence__gt=after, action__in=ACTIONS).order_by("sequence")


def events_of(rows: Iterable[AuditEvent]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The OpenLineage events of each event of the log, with its number; two queries for each training."""
    place = Place(settings.OPENLINEAGE_NAMESPACE, settings.PUBLIC_ORIGIN or PRODUCER)
    for row in rows:
        content = row.content
        payload = content if isinstance(content, dict) else {}
        logged = Logged(row.sequence, row.at, row.action, row.subject, row.actor, payload)
        sources = _sources(payload) if row.action == TRAINED else []
        yield from ((row.sequence, event) for event in run_events(logged, place, sources))


def exported(after: int) -> tuple[list[dict[str, Any]], int | None]:
    """The OpenLineage events after a number of the log, and the number to go on from; None at the end."""
    rows = list(logged_events(after)[:MOST_EXPORTED])
    following = rows[-1].sequence if len(rows) == MOST_EXPORTED else None
    return [event for _, event in events_of(rows)], following


def deliveries() -> QuerySet[LineageDelivery]:
    """Our events that were sent or wait to be, the newest first."""
    return LineageDelivery.objects.order_by("-pk")


def _sources(payload: dict[str, Any]) -> list[Source]:
    """The data sets of other tools that the features of a training are computed from, where an owner named them."""
    snapshot = payload.get("feature_snapshot") or {}
    versions = FeatureVersion.objects.filter(feature__name__in=snapshot, name__in=snapshot.values())
    tables = {
        table
        for name, at, table in versions.values_list("feature__name", "name", "source_table")
        if snapshot.get(name) == at
    }
    rows = LineageDataset.objects.filter(source_table__name__in=tables).order_by("namespace", "name")
    return [Source(row.namespace, row.name) for row in rows]
