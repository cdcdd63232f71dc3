"""What a run reads, as it is when the run starts. It is stored with the run: a later one shows whether it read the same."""

from __future__ import annotations

from collections.abc import Iterator

from registry.checks.queries.concerned import DATA_ROLES
from registry.data.queries import source_tables
from registry.data.rules.reading import reading_digest
from registry.models import Check, Dataset

SOURCE = "source"
MATERIALIZED = ("trained_dataset", "current_dataset")


def data_read(check: Check) -> list[dict[str, str]]:
    """Each data set that a run of this check reads: its role, its place, how its files are read, the digest of its newest
    snapshot, and the version of the source table beneath a definition. What is gone is left out; at most four queries.

    ``[{role, dataset, kind, location, connection, reading, snapshot, source_version}]``
    """
    roles = dict(_roles(check))
    version = ""
    if check.feature and not any(check.parameters.get(role) for role in MATERIALIZED):
        trained = check.feature.versions.filter(name=check.parameters["trained"]).first()
        table = source_tables.bound(trained.source_table) if trained else None
        if table and table.dataset:
            roles = {SOURCE: check.parameters.get("dataset") or table.dataset.name}
            version = table.name
    datasets = Dataset.objects.filter(name__in=set(roles.values())).prefetch_related("snapshots")
    by_name = {dataset.name: dataset for dataset in datasets}
    return [
        _described(role, by_name[name], version if role == SOURCE else "")
        for role, name in roles.items()
        if name in by_name
    ]


def _roles(check: Check) -> Iterator[tuple[str, str]]:
    for role in (*DATA_ROLES, *MATERIALIZED):
        name = check.parameters.get(role)
        if name and not (role == "current" and check.feature):  # of a feature it is the name of a version
            yield role, name


def _described(role: str, dataset: Dataset, source_version: str) -> dict[str, str]:
    snapshots = list(dataset.snapshots.all())
    return {
        "role": role,
        "dataset": dataset.name,
        "kind": dataset.kind,
        "location": dataset.location,
        "connection": dataset.connection,
        "reading": reading_digest(dataset.reading),
        "snapshot": snapshots[0].digest if snapshots else "",
        "source_version": source_version,
    }
