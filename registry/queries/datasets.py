"""Data sets, snapshots and source tables, as lists and pages show them."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from platform_site.errors import Unknown
from registry.models import Dataset, SourceTable


def datasets() -> QuerySet[Dataset]:
    """Every data set with its number of snapshots."""
    return Dataset.objects.annotate(snapshot_count=Count("snapshots")).order_by("name")


def dataset(name: str) -> Dataset:
    """One data set by name; Unknown when there is none."""
    found = datasets().filter(name=name).first()
    if found is None:
        raise Unknown(f"There is no data set {name}.")
    return found


def source_tables() -> QuerySet[SourceTable]:
    """Every source table with the data set behind it."""
    return SourceTable.objects.select_related("dataset").order_by("name")
