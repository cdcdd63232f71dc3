"""Which data set of other tools is which source table here: as its owner said, by its address, or perhaps by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from platform_site.environment.connections import POSTGRES
from registry.lineage.rules.matching import is_same_address, is_same_file, last_name, postgres_address
from registry.models import Dataset, LineageDataset, SourceTable

TABLE = Dataset.Kind.TABLE


class How(StrEnum):
    """What a match rests on."""

    BOUND = "bound"  # an owner said so
    ADDRESS = "address"  # the same table of the same server, or the same file
    NAME = "name"  # the same last name: it may be another table


class Match(NamedTuple):
    """A data set and the table that it is, or may be."""

    dataset: LineageDataset
    table: SourceTable
    how: How

    @property
    def is_certain(self) -> bool:
        """Whether it is more than a guess by name."""
        return self.how != How.NAME


def matches(datasets: Iterable[LineageDataset]) -> list[Match]:
    """A match for each data set that is a source table or may be; one query, whatever the number."""
    datasets = list(datasets)
    names = {last_name(data.name) for data in datasets if data.source_table_id is None}
    bound = {data.source_table_id for data in datasets if data.source_table_id}
    wanted = Q(pk__in=bound) | Q(name__in=names) | _lies_at(names, datasets)
    rows = list(SourceTable.objects.filter(wanted).select_related("owner_team", "current__dataset"))
    return [match for data in datasets if (match := _match(data, rows))]


def _match(data: LineageDataset, tables: list[SourceTable]) -> Match | None:
    if data.source_table_id:
        return next((Match(data, table, How.BOUND) for table in tables if table.pk == data.source_table_id), None)
    for table in tables:
        if table.current and table.current.dataset and _is_at(data, table.current.dataset):
            return Match(data, table, How.ADDRESS)
    name = last_name(data.name)
    return next((Match(data, table, How.NAME) for table in tables if table.name == name), None)


def _lies_at(names: set[str], datasets: list[LineageDataset]) -> Q:
    tables = Q(current__dataset__kind=TABLE, current__dataset__location__in=_locations(datasets))
    files = Q(current__dataset__location__in=[place for data in datasets for place in _below_roots(data.name)])
    return tables | files & ~Q(current__dataset__kind=TABLE)


def _locations(datasets: list[LineageDataset]) -> Iterator[str]:
    for data in datasets:
        parts = data.name.replace('"', "").split(".")
        yield parts[-1]
        yield ".".join(parts[-2:])


def _below_roots(name: str) -> Iterator[str]:
    for root in settings.DATA_ROOTS:
        prefix = f"{Path(root).resolve()}/"
        if name.startswith(prefix):
            yield name.removeprefix(prefix).rstrip("/")


def _is_at(data: LineageDataset, dataset: Dataset) -> bool:
    if dataset.connection:
        dsn = settings.CONNECTIONS.get(dataset.connection, "")
        return dsn.startswith(POSTGRES) and is_same_address(
            data.namespace, data.name, postgres_address(dsn, dataset.location)
        )
    paths = frozenset(str(Path(root).resolve() / dataset.location).rstrip("/") for root in settings.DATA_ROOTS)
    return is_same_file(data.namespace, data.name, paths)
