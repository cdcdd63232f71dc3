"""What is known of a source table: the data set that it is bound to, and its columns."""

from __future__ import annotations

from registry.data.queries import locations
from registry.models import SourceTable


def bound(name: str) -> SourceTable | None:
    """The source table of that name, when it is bound to a data set."""
    return SourceTable.objects.select_related("dataset").filter(name=name, dataset__isnull=False).first()


def columns(name: str) -> list[str] | None:
    """The column names behind a source table; None while it is not bound. NotReady when its data cannot be read."""
    table = bound(name)
    if table is None or table.dataset is None:
        return None
    latest = table.dataset.snapshots.first()
    if latest:
        return [column["name"] for column in latest.schema]
    with locations.readable():
        return [column.name for column in locations.of(table.dataset).describe()]
