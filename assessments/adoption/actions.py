"""Record what tells of adoption: training runs in batches, and projects, use cases, answers, releases one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from assessments.models import ModelProject, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, check_record

WHO = "Only contributors and leads report what teams do."
MOST_RUNS = 1_000
AHEAD = timedelta(days=1)  # clocks differ
Entry = ModelProject | UseCase | ShowstopperAnswer | Release
NOUNS = {ModelProject: "project", UseCase: "use_case", ShowstopperAnswer: "showstopper", Release: "release"}


class Recorded(NamedTuple):
    """How many runs were new, and how many were on record already."""

    recorded: int
    known: int


def record_training_runs(runs: Sequence[Mapping[str, Any]], *, actor: Actor, sample: bool = False) -> Recorded:
    """Record up to 1,000 runs at once, all or none; Invalid with every fault, each at `index.field`.

    A run with an external id that its team's orchestrator reported before is left as it is.
    """
    access.require(access.can_report_adoption(actor), WHO)
    if len(runs) > MOST_RUNS:
        raise Invalid([Fault("", "too_many", f"Send at most {MOST_RUNS:,} runs at once.")])
    given = [TrainingRun(**run, recorded_by=actor.name, sample=sample) for run in runs]
    faults = [fault for index, run in enumerate(given) for fault in _run_faults(index, run)]
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        new = _unknown(given)
        TrainingRun.objects.bulk_create(new, ignore_conflicts=True)
        done = Recorded(len(new), len(given) - len(new))
        payload = done._asdict() | {"teams": sorted({run.team for run in given}), "sample": sample}
        record("training_runs.recorded", subject="training-runs", actor=actor, payload=payload)
    return done


def _run_faults(index: int, run: TrainingRun) -> list[Fault]:
    faults = []
    try:
        run.clean_fields()
    except ValidationError as error:
        faults = [
            Fault(f"{index}.{field}", "invalid", message)
            for field, messages in error.message_dict.items()
            for message in messages
        ]
    if run.started_at and run.started_at > timezone.now() + AHEAD:
        faults.append(Fault(f"{index}.started_at", "in_the_future", "A run is reported once it has started."))
    return faults


def _unknown(runs: Sequence[TrainingRun]) -> list[TrainingRun]:
    named = [run.external_id for run in runs if run.external_id]
    kept = TrainingRun.objects.filter(external_id__in=named).values_list("team", "orchestrator", "external_id")
    known, new = set(kept), []
    for run in runs:
        key = (run.team, run.orchestrator, run.external_id)
        if not run.external_id or key not in known:
            new.append(run)
            known.add(key)
    return new


def add_entry(kind: type[Entry], *, actor: Actor, sample: bool = False, **told: Any) -> Entry:
    """Add a project, a use case, an answer or a release; Invalid with every fault."""
    access.require(access.can_report_adoption(actor), WHO)
    entry = kind(**told, recorded_by=actor.name, sample=sample)
    check_record(entry)
    with transaction.atomic():
        entry.save(force_insert=True)
        _tell("added", entry, actor)
    return entry


def change_entry(entry: Entry, *, actor: Actor, **told: Any) -> Entry:
    """Change what was reported; nothing is recorded where it says the same as before. Invalid with every fault."""
    access.require(access.can_report_adoption(actor), WHO)
    with transaction.atomic():
        entry = type(entry).objects.select_for_update(no_key=True).get(pk=entry.pk)
        told = {name: value for name, value in told.items() if getattr(entry, name) != value}
        if not told:
            return entry
        for name, value in told.items():
            setattr(entry, name, value)
        check_record(entry)
        entry.save(update_fields=list(told))
        _tell("changed", entry, actor)
    return entry


def remove_samples(*, actor: Actor) -> int:
    """Take every sample away, in one go; how many rows went."""
    access.require(access.can_assess(actor), "Only leads take the samples away.")
    with transaction.atomic():
        gone = {kind._meta.model_name: kind.objects.filter(sample=True).delete()[0] for kind in (TrainingRun, *NOUNS)}
        if any(gone.values()):
            record("adoption_samples.removed", subject="adoption", actor=actor, payload=gone)
    return sum(gone.values())


def _tell(verb: str, entry: Entry, actor: Actor) -> None:
    noun = NOUNS[type(entry)]
    payload = {name: str(value) for name, value in model_to_dict(entry).items()} | {"sample": entry.sample}
    record(f"{noun}.{verb}", subject=f"{noun}:{entry.pk}", actor=actor, payload=payload)
