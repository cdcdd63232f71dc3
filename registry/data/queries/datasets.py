"""Data sets, snapshots and source tables, as lists and pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from platform_site.errors import NotReady, Unknown
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Column, Unreadable
from registry.compute.engines.value_kinds import Kind, of_arrow
from registry.compute.reading.description import KINDS, Reading, stored
from registry.data.queries import locations, readings
from registry.models import Dataset, DatasetSnapshot, Feature, SourceTable


def datasets() -> QuerySet[Dataset]:
    """Every data set with its number of snapshots."""
    return Dataset.objects.annotate(snapshot_count=Count("snapshots")).order_by("name")


def dataset(name: str) -> Dataset:
    """One data set by name; Unknown when there is none."""
    record = datasets().filter(name=name).first()
    if record is None:
        raise Unknown(f"There is no data set {name}.")
    return record


OPEN = Reading()


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


class ShownColumn(NamedTuple):
    """A column with the kind that it is read as, empty where the file states it, and its unreadable cells in words;
    ``may_change``: whether it can be read as another kind."""

    name: str
    type: str
    kind: str
    unreadable: str
    may_change: bool


class ShownReading(NamedTuple):
    """How the files of a data set are read, for people. ``lacking``: files that lack columns, with them; ``fresh``: columns that
    no description has yet. ``problem``: why they cannot be read."""

    reading: Reading = OPEN
    columns: Sequence[ShownColumn] = ()
    lacking: Sequence[tuple[str, str]] = ()
    fresh: Sequence[str] = ()
    notes: Sequence[str] = ()
    rows: int = 0
    all_rows: bool = True
    problem: str = ""

    @property
    def has_kinds(self) -> bool:
        """Whether any column is read as a kind that was decided here."""
        return any(column.kind for column in self.columns)


def reading(dataset: Dataset) -> ShownReading:
    """How the files are read now, with what was found when they were last looked at; nothing of a table."""
    try:
        data = locations.of(dataset)
        if not isinstance(data, Files):
            return ShownReading()
        described = data.described()
    except (NotReady, Unreadable) as unreadable:
        return ShownReading(stored(dataset.reading), problem=str(unreadable))
    inspection = dataset.inspection or readings.inspection(described)
    texts = {field.name for field in described.own_schema if of_arrow(str(field.type)) in (Kind.TEXT, Kind.WHOLE)}
    kinds, before = dict(described.reading.kinds), dataset.reading.get("kinds", {})
    columns = [
        ShownColumn(
            field.name,
            str(field.type),
            KINDS.get(kinds.get(field.name, ""), ""),
            _unreadable(inspection, field.name),
            field.name in kinds or field.name in texts,
        )
        for field in described.schema
    ]
    return ShownReading(
        described.reading,
        columns,
        [(name, ", ".join(missing)) for name, missing in described.columns.lacking.items()],
        [name for name in kinds if before and name not in before and data.kind == Dataset.Kind.CSV],
        inspection.get("notes", ()),
        inspection.get("rows", 0),
        inspection.get("all_rows", True),
    )


def _unreadable(inspection: Mapping[str, Any], name: str) -> str:
    cells = inspection.get("unreadable", {}).get(name)
    if not cells:
        return ""
    lines = ", ".join(f"{file} line {line:,}" for file, line in cells["examples"])
    return f"{cells['count']:,} of {cells['of']:,}{f': {lines}' if lines else ''}"


def newest_snapshots() -> QuerySet[DatasetSnapshot]:
    """Every snapshot with its data set, the newest first."""
    return DatasetSnapshot.objects.select_related("dataset").order_by("-taken_at", "-pk")


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
