"""Data sets, snapshots and source tables, as lists and pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from platform_site.errors import NotReady, Unknown
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Column, Unreadable
from registry.data.queries import locations
from registry.models import Dataset, Feature, SourceTable


def datasets() -> QuerySet[Dataset]:
    """Every data set with its number of snapshots."""
    return Dataset.objects.annotate(snapshot_count=Count("snapshots")).order_by("name")


def dataset(name: str) -> Dataset:
    """One data set by name; Unknown when there is none."""
    record = datasets().filter(name=name).first()
    if record is None:
        raise Unknown(f"There is no data set {name}.")
    return record


class Preview(NamedTuple):
    """A data set as it is now: columns, first rows, number of files. ``problem``: why it cannot be read."""

    columns: Sequence[Column] = ()
    rows: Sequence[list[Any]] = ()
    files: int = 0
    problem: str = ""


def preview(dataset: Dataset, *, rows: int = 10) -> Preview:
    """The schema and the first rows, or the reason why they cannot be read."""
    try:
        data = locations.of(dataset)
        columns = data.describe()
        first = data.first_rows(rows)
    except (NotReady, Unreadable) as unreadable:
        return Preview(problem=str(unreadable))
    return Preview(
        columns,
        [[row[column.name] for column in columns] for row in first],
        len(data.paths) if isinstance(data, Files) else 0,
    )


def source_tables() -> QuerySet[SourceTable]:
    """Every source table with its owner, the version in force and the data set behind it."""
    return SourceTable.objects.select_related("owner_team", "current__dataset").order_by("name")


def source_table(name: str) -> SourceTable:
    """One source table by name; Unknown when there is none."""
    table = source_tables().filter(name=name).first()
    if table is None:
        raise Unknown(f"There is no source table {name}.")
    return table


def computed_from(name: str) -> QuerySet[Feature]:
    """The features whose current version is computed from a source table."""
    return Feature.objects.filter(current__source_table=name).select_related("owner_team", "current").order_by("name")
