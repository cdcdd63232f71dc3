"""Receive lineage events: each is stored once; a completed run says what its job computes from now on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from registry.compute.upstream import fingerprint
from registry.lineage.actions.observations import observe
from registry.lineage.queries.chains import EVERY_TEAM
from registry.lineage.rules import events as rules
from registry.lineage.rules.code import without_run_dates
from registry.lineage.rules.events import Event, Job, NamedData, NotAnEvent
from registry.models import LineageDataset, LineageEdge, LineageEvent, LineageJob, SourceObservation, SourceTableVersion

MOST_EVENTS_OF_A_RUN = 50
WHO_SENDS = "Only contributors and leads send lineage events."


class Received(NamedTuple):
    """What became of an event: whether it is new, whether its job computes something else now, and what followed."""

    event: LineageEvent
    created: bool
    job_changed: bool = False
    versions: tuple[SourceTableVersion, ...] = ()
    waiting: tuple[SourceObservation, ...] = ()


def receive_event(body: Any, *, actor: Actor) -> Received:
    """Store one OpenLineage event, and what follows from a completed run. Invalid with every fault of the event.

    The same run, type and time again changes nothing. Where nobody of a table's owner team reported all of what would
    change it, the change is an observation that waits for them.
    """
    access.require(access.can_describe_data(actor), WHO_SENDS)
    try:
        event = rules.read(body)
    except NotAnEvent as refused:
        raise Invalid([Fault(*fault) for fault in refused.faults]) from refused
    known = LineageEvent.objects.filter(key=event.key).first()
    if known:
        return Received(known, False)
    with transaction.atomic():
        return _receive(event, actor)


def _receive(event: Event, actor: Actor) -> Received:
    job = _stored_job(event.job, event, actor) if event.job else None
    row, created = LineageEvent.objects.get_or_create(
        key=event.key,
        defaults={
            "kind": event.kind,
            "run_id": event.run_id,
            "event_type": event.event_type,
            "event_time": event.event_time,
            "job": job,
            "content": event.as_dict(),
            "left_out": list(event.left_out),
            "received_by": actor.name,
            "received_at": timezone.now(),
        },
    )
    if not created:
        return Received(row, False)
    if job is None:
        _stored_datasets(event.outputs)
        return Received(row, True)
    if not event.is_complete or (job.completed_at and job.completed_at > event.event_time):
        return Received(row, True)  # a run that did not complete changed nothing; an older one tells nothing new
    whole = rules.merged([event, *_others_of_the_run(row)])
    changed = _describe(job, whole, actor)
    outputs = [edge.dataset_id for edge in job.edges.filter(direction=LineageEdge.Direction.WRITES)]
    versions, waiting = observe(outputs, actor=actor)
    return Received(row, True, changed, tuple(versions), tuple(waiting))


def _stored_job(job: Job, event: Event, actor: Actor) -> LineageJob:
    row, _ = LineageJob.objects.get_or_create(
        key=job.key,
        defaults={
            "namespace": job.namespace,
            "name": job.name,
            "identity": job.identity,
            "label": job.label,
            "reported_by": actor.name,
            "reporter_teams": _teams(actor),
            "seen_at": timezone.now(),
        },
    )
    return LineageJob.objects.select_for_update(no_key=True).get(pk=row.pk) if event.is_complete else row


def _others_of_the_run(row: LineageEvent) -> Iterable[Event]:
    if not row.run_id:
        return
    rows = LineageEvent.objects.filter(run_id=row.run_id, job=row.job).exclude(pk=row.pk)
    for other in rows.order_by("-event_time")[:MOST_EVENTS_OF_A_RUN]:
        columns = {"kind": other.kind, "event_time": other.event_time, "event_type": other.event_type}
        yield rules.stored_event(other.content, run_id=other.run_id, **columns)


def _describe(job: LineageJob, event: Event, actor: Actor) -> bool:
    """Store what a job computes; whether that is something else than before."""
    described = event.job
    assert described is not None
    text = without_run_dates(described.text, event.dates)
    before = job.state_digest
    job.text, job.dialect, job.identity, job.label = text, described.dialect, described.identity, described.label
    job.integration, job.producer = described.integration, event.producer
    job.completed_at, job.seen_at = event.event_time, timezone.now()
    job.state_digest = _state_digest(job, event)
    changed = job.state_digest != before
    if changed:
        job.reported_by, job.reporter_teams = actor.name, _teams(actor)
        _replace_edges(job, event)
    job.save()
    if changed:
        payload = {"code": fingerprint(text, job.dialect) if text else "", "was_known": bool(before)}
        payload |= {
            "reads": [data.name for data in event.inputs][:50],
            "writes": [data.name for data in event.outputs][:50],
        }
        record(
            "lineage.job_described",
            subject=f"lineage_job:{job.namespace}/{job.name}"[:300],
            actor=actor,
            payload=payload,
        )
    return changed


def _state_digest(job: LineageJob, event: Event) -> str:
    """Over the code by its parsed form, and what is read and written: formatting is not a change."""
    data = [sorted(row.key for row in side) for side in (event.inputs, event.outputs)]
    columns = {row.key: row.columns for row in event.outputs}
    content = [job.identity, fingerprint(job.text, job.dialect) if job.text else "", *data, columns]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _replace_edges(job: LineageJob, event: Event) -> None:
    job.edges.all().delete()
    rows = _stored_datasets((*event.inputs, *event.outputs))
    sides = ((LineageEdge.Direction.READS, event.inputs), (LineageEdge.Direction.WRITES, event.outputs))
    LineageEdge.objects.bulk_create(
        LineageEdge(job=job, dataset=rows[data.key], direction=direction, columns=data.columns)
        for direction, side in sides
        for data in side
    )


def _stored_datasets(entries: Iterable[NamedData]) -> dict[str, LineageDataset]:
    entries, now = list(entries), timezone.now()
    new = [LineageDataset(key=data.key, namespace=data.namespace, name=data.name, seen_at=now) for data in entries]
    LineageDataset.objects.bulk_create(new, ignore_conflicts=True)
    rows = {row.key: row for row in LineageDataset.objects.filter(key__in=[data.key for data in entries])}
    for data in entries:
        fields = [{"name": name, "type": kind} for name, kind in data.fields]
        if fields and rows[data.key].fields != fields:
            rows[data.key].fields = fields
            LineageDataset.objects.filter(pk=rows[data.key].pk).update(fields=fields, seen_at=now)
    return rows


def _teams(actor: Actor) -> list[str]:
    """The teams that somebody contributes to, and so may describe the tables of."""
    own = [team for team in sorted(actor.teams) if access.can_contribute(actor, team)]
    return [EVERY_TEAM] if actor.is_administrator else own
