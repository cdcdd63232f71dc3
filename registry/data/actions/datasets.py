"""Describe data: data sets, their snapshots, and the source tables that features are computed from."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from registry.compute.definition import NAME
from registry.compute.engines.row_source import Column, Data, Unreadable
from registry.compute.name_lists import named
from registry.data.queries import locations
from registry.models import Dataset, DatasetSnapshot, SourceTable
from registry.models.fields import NAME_SENTENCE


def add_dataset(
    *,
    name: str,
    kind: str,
    location: str,
    connection: str = "",
    key: Sequence[str] = (),
    event_time: str = "",
    actor: Actor,
) -> Dataset:
    """Register a data set: files by their location inside the data roots, or a table by its connection.

    Raises Invalid with every fault.
    """
    access.require(access.can_describe_data(actor), "Only contributors and leads describe data sets.")
    faults = [*_name_faults(name, Dataset), *_kind_faults(kind)]
    data = locations.find(kind, location, connection)
    if isinstance(data, Fault):
        faults.append(data)
    elif not faults:
        faults += _data_faults(data, key, event_time)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        dataset = Dataset.objects.create(
            name=name,
            kind=kind,
            location=location,
            connection=connection,
            key=list(key),
            event_time=event_time,
            created_by=actor.name,
            created_at=timezone.now(),
        )
        payload = {
            "kind": kind,
            "location": location,
            "connection": connection,
            "key": list(key),
            "event_time": event_time,
        }
        record("dataset.added", subject=f"dataset:{name}", actor=actor, payload=payload)
    return dataset


def take_snapshot(dataset: Dataset, *, actor: Actor) -> tuple[DatasetSnapshot, bool]:
    """Record the data set as it is now; the snapshot, and whether it is new. The same content gives the same snapshot."""
    access.require(access.can_describe_data(actor), "Only contributors and leads take snapshots.")
    try:
        seen = locations.of(dataset).snapshot()  # reads every byte: before the transaction, never inside
    except Unreadable as unreadable:
        raise Refused("dataset_unreadable", str(unreadable)) from unreadable
    with transaction.atomic():
        snapshot, created = DatasetSnapshot.objects.get_or_create(
            digest=seen.digest,
            defaults={
                "dataset": dataset,
                "rows": seen.rows,
                "schema": [column._asdict() for column in seen.schema],
                "taken_by": actor.name,
                "taken_at": timezone.now(),
            },
        )
        if created:
            payload = {"digest": seen.digest, "rows": seen.rows}
            record("dataset.snapshot_taken", subject=f"dataset:{dataset.name}", actor=actor, payload=payload)
    return snapshot, created


def save_source_table(
    *,
    name: str,
    dataset: Dataset | None,
    entity_key: Sequence[str],
    event_time: str,
    row_key: Sequence[str] = (),
    dialect: str = "duckdb",
    actor: Actor,
) -> SourceTable:
    """Add a source table, or bind and describe an existing one again; Invalid with every fault."""
    access.require(access.can_describe_data(actor), "Only contributors and leads describe source tables.")
    row_key = list(row_key) or (list(dataset.key) if dataset else [])
    faults = [] if NAME.match(name) else [Fault("name", "malformed", NAME_SENTENCE)]
    if dataset:
        faults += _bound_faults(dataset, entity_key, row_key, event_time)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        described = {
            "entity_key": list(entity_key),
            "event_time": event_time,
            "row_key": row_key,
            "dialect": dialect,
        }
        table, created = SourceTable.objects.update_or_create(name=name, defaults=described | {"dataset": dataset})
        payload = described | {"dataset": dataset.name if dataset else None}
        verb = "source_table.added" if created else "source_table.changed"
        record(verb, subject=f"source_table:{name}", actor=actor, payload=payload)
    return table


def _data_faults(data: Data, key: Sequence[str], event_time: str) -> list[Fault]:
    try:
        return _column_faults(data.describe(), key, event_time)
    except Unreadable as unreadable:
        return [Fault("location", "unreadable", str(unreadable))]


def _bound_faults(dataset: Dataset, entity_key: Sequence[str], row_key: Sequence[str], event_time: str) -> list[Fault]:
    try:
        schema = locations.of(dataset).describe()
    except Unreadable as unreadable:
        return [Fault("dataset", "unreadable", str(unreadable))]
    faults = _column_faults(schema, entity_key, event_time, key_field="entity_key")
    return faults + _column_faults(schema, row_key, "", key_field="row_key")


def _name_faults(name: str, model: type[Dataset]) -> list[Fault]:
    if not NAME.match(name):
        return [Fault("name", "malformed", NAME_SENTENCE)]
    if model.objects.filter(name=name).exists():
        return [Fault("name", "duplicate", f"There is already a data set {name}. Choose another name.")]
    return []


def _kind_faults(kind: str) -> list[Fault]:
    known = Dataset.Kind.values
    return (
        []
        if kind in known
        else [Fault("kind", "unknown", f"{kind!r} is not a kind of data set. Choose {', '.join(known)}.")]
    )


def _column_faults(
    schema: Sequence[Column], key: Sequence[str], event_time: str, *, key_field: str = "key"
) -> list[Fault]:
    names = {column.name for column in schema}
    faults = [
        Fault(key_field, "unknown_column", f"The data has no column {column!r}. It has {named(names, near=column)}.")
        for column in key
        if column not in names
    ]
    if event_time and event_time not in names:
        existing = named(names, near=event_time)
        faults.append(
            Fault("event_time", "unknown_column", f"The data has no column {event_time!r}. It has {existing}.")
        )
    return faults
