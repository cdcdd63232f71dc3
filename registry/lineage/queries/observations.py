"""What waits for the owners of source tables, and what was received."""

from __future__ import annotations

from django.db.models import QuerySet

from platform_site.errors import Unknown
from registry.models import LineageDataset, LineageEvent, LineageJob, SourceObservation, SourceTable


def observations() -> QuerySet[SourceObservation]:
    """Every observation, the newest first."""
    return SourceObservation.objects.select_related("source_table__owner_team", "dataset")


def observation(pk: int) -> SourceObservation:
    """One observation; Unknown when there is none."""
    row = observations().filter(pk=pk).first()
    if row is None:
        raise Unknown(f"There is no observation {pk}.")
    return row


def all_waiting() -> QuerySet[SourceObservation]:
    """The observations that wait for the owners of their tables, the oldest first."""
    return observations().filter(state=SourceObservation.State.WAITING).order_by("observed_at", "pk")


def waiting(table: SourceTable) -> QuerySet[SourceObservation]:
    """The observations of one table that wait for its owners."""
    return all_waiting().filter(source_table=table)


def events() -> QuerySet[LineageEvent]:
    """The events that were received, the newest first."""
    return LineageEvent.objects.select_related("job")


def jobs() -> QuerySet[LineageJob]:
    """The jobs that are known."""
    return LineageJob.objects.order_by("namespace", "name", "pk")


def datasets() -> QuerySet[LineageDataset]:
    """The data sets that are known, each with the source table that an owner said it is."""
    return LineageDataset.objects.select_related("source_table").order_by("namespace", "name", "pk")
