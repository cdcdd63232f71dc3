"""Describe data: data sets and their snapshots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.text.changes import changes
from registry.compute.definition import NAME
from registry.compute.engines.row_source import Unreadable
from registry.compute.reading.described import Described
from registry.compute.reading.description import Reading
from registry.data.queries import locations, readings
from registry.models import Dataset, DatasetSnapshot
from registry.models.fields import NAME_SENTENCE


def add_dataset(
    *,
    name: str,
    kind: str,
    location: str,
    connection: str = "",
    key: Sequence[str] = (),
    event_time: str = "",
    read: Mapping[str, Any] | None = None,
    actor: Actor,
) -> Dataset:
    """Register a data set: files by their location inside the data roots, or what a connection has at a location.

    ``read``: what is known about how the files are read; the rest is found in them. Raises Invalid with every fault.
    """
    access.require(access.can_describe_data(actor), "Only contributors and leads describe data sets.")
    place = Place(kind, location, connection, key, event_time)
    reading, described = _look(place, read or {}, [*_name_faults(name, Dataset), *_kind_faults(kind)])
    with transaction.atomic():
        dataset = Dataset.objects.create(
            name=name,
            kind=kind,
            location=location,
            connection=connection,
            key=list(key),
            event_time=event_time,
            stated=reading.as_dict(),
            reading=(described.reading if described else reading).as_dict(),
            inspection=readings.inspection(described),
            created_by=actor.name,
            created_at=timezone.now(),
        )
        payload = {
            "kind": kind,
            "location": location,
            "connection": connection,
            "key": list(key),
            "event_time": event_time,
            "read": dataset.reading,
        }
        record("dataset.added", subject=f"dataset:{name}", actor=actor, payload=payload)
    return dataset


def change_reading(dataset: Dataset, read: Mapping[str, Any], *, actor: Actor) -> Dataset:
    """State anew how the files of a data set are read, and look at them again. What is left out stays as it was stated; what is
    null is found anew.

    Raises Invalid with every fault, Refused when somebody else changed it meanwhile.
    """
    access.require(access.can_describe_data(actor), "Only contributors and leads describe data sets.")
    place = Place(dataset.kind, dataset.location, dataset.connection, dataset.key, dataset.event_time)
    reading, described = _look(place, readings.merged(dataset.stated, read), [])
    before, stated_before = dataset.reading, dataset.stated
    dataset.stated = reading.as_dict()
    dataset.reading = (described.reading if described else reading).as_dict()
    dataset.inspection = readings.inspection(described)
    with transaction.atomic():
        if Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk).stated != stated_before:
            raise Refused(
                "changed", f"Somebody changed meanwhile how {dataset.name} is read. Look at it again, then save."
            )
        dataset.save(update_fields=["stated", "reading", "inspection"])
        payload = changes(stated_before, dataset.stated) | {"reading": changes(before, dataset.reading)}
        record("dataset.reading_changed", subject=f"dataset:{dataset.name}", actor=actor, payload=payload)
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
            dataset=dataset,
            digest=seen.digest,
            defaults={
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


class Place(NamedTuple):
    """Where data lie, and the columns that they must have."""

    kind: str
    location: str
    connection: str
    key: Sequence[str]
    event_time: str


def _look(place: Place, read: Mapping[str, Any], faults: Sequence[Fault]) -> tuple[Reading, Described | None]:
    """How the data are read, and what was found in their files. Invalid with every fault, ``faults`` among them; the data are
    looked at where there is none before."""
    reading, wrong = readings.stated(place.kind, read, place.connection)
    data = locations.find(place.kind, place.location, place.connection, reading)
    faults = [*faults, *wrong]
    if isinstance(data, Fault):
        raise Invalid([*faults, data])
    if faults:
        raise Invalid(faults)
    described, wrong = readings.held(data, place.key, place.event_time)
    if wrong:
        raise Invalid(wrong)
    return reading, described


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
