"""Record the data of adoption: training runs in batches; projects, use cases, answers and releases one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from assessments.models import ModelProject, Organization, Release, ShowstopperAnswer, TrainingRun, UseCase
from assessments.organizations.scope import organization_of_new
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, check_record

WHO = "Only contributors and leads report adoption data."
MOST_RUNS = 1_000
AHEAD = timedelta(days=1)  # clocks differ
Entry = ModelProject | UseCase | ShowstopperAnswer | Release
NOUNS = {ModelProject: "project", UseCase: "use_case", ShowstopperAnswer: "showstopper", Release: "release"}


class Recorded(NamedTuple):
    """How many runs were new, and how many existed already."""

    recorded: int
    known: int


def record_training_runs(
    runs: Sequence[Mapping[str, Any]],
    *,
    organization: Organization | None = None,
    actor: Actor,
    sample: bool = False,
) -> Recorded:
    """Record up to 1,000 runs at once, all or none; Invalid with every fault, each at `index.field`.

    A run that the same team's orchestrator already reported under this external id stays as it is.
    """
    access.require(access.can_report_adoption(actor), WHO)
    if len(runs) > MOST_RUNS:
        raise Invalid([Fault("", "too_many", f"The list has {len(runs):,} runs; send at most {MOST_RUNS:,} at once.")])
    places = organization_of_new(organization, (run["team"] for run in runs))
    known = {"recorded_by": actor.name, "sample": sample}
    records = [TrainingRun(**run, organization=places[run["team"]], **known) for run in runs]
    faults = [fault for index, run in enumerate(records) for fault in _run_faults(index, run)]
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        new = _unknown(records)
        TrainingRun.objects.bulk_create(new, ignore_conflicts=True)
        done = Recorded(len(new), len(records) - len(new))
        payload = done._asdict() | {"teams": sorted({run.team for run in records}), "sample": sample}
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
        faults.append(
            Fault(
                f"{index}.started_at",
                "in_the_future",
                f"{run.started_at:%Y-%m-%d %H:%M} is in the future: report a run once it has started.",
            )
        )
    return faults


def _unknown(runs: Sequence[TrainingRun]) -> list[TrainingRun]:
    external_ids = [run.external_id for run in runs if run.external_id]
    stored = TrainingRun.objects.filter(external_id__in=external_ids).values_list(
        "organization", "team", "orchestrator", "external_id"
    )
    known: set[tuple[int | None, str, str, str]] = set(stored)
    new = []
    for run in runs:
        key = (run.organization_id, run.team, run.orchestrator, run.external_id)
        if not run.external_id or key not in known:
            new.append(run)
            known.add(key)
    return new


def add_entry(
    kind: type[Entry],
    *,
    organization: Organization | None = None,
    actor: Actor,
    sample: bool = False,
    **fields: Any,
) -> Entry:
    """Add a project, a use case, an answer or a release; Invalid with every fault.

    It belongs to the organization that is named, else to its team's, else to the only one there is.
    """
    access.require(access.can_report_adoption(actor), WHO)
    team = fields.get("team", "")
    place = organization_of_new(organization, [team])[team]
    entry = kind(**fields, organization=place, recorded_by=actor.name, sample=sample)
    check_record(entry)
    with transaction.atomic():
        entry.save(force_insert=True)
        _record("added", entry, actor)
    return entry


def change_entry(entry: Entry, *, actor: Actor, **fields: Any) -> Entry:
    """Change a reported record; without a difference nothing is recorded. Invalid with every fault."""
    access.require(access.can_report_adoption(actor), WHO)
    with transaction.atomic():
        entry = type(entry).objects.select_for_update(no_key=True).get(pk=entry.pk)
        fields = {name: value for name, value in fields.items() if getattr(entry, name) != value}
        if not fields:
            return entry
        for name, value in fields.items():
            setattr(entry, name, value)
        check_record(entry)
        entry.save(update_fields=list(fields))
        _record("changed", entry, actor)
    return entry


def remove_samples(organization: Organization | None, *, actor: Actor) -> int:
    """Remove every sample of an organization; returns how many rows."""
    access.require(access.can_assess(actor), "Only leads remove sample data.")
    with transaction.atomic():
        removed = {
            str(kind._meta.model_name): kind._default_manager.filter(organization=organization, sample=True).delete()[0]
            for kind in (TrainingRun, *NOUNS)
        }
        if any(removed.values()):
            record("adoption_samples.removed", subject="adoption", actor=actor, payload=removed)
    return sum(removed.values())


def _record(verb: str, entry: Entry, actor: Actor) -> None:
    noun = NOUNS[type(entry)]
    payload = {name: str(value) for name, value in model_to_dict(entry).items()} | {"sample": entry.sample}
    record(f"{noun}.{verb}", subject=f"{noun}:{entry.pk}", actor=actor, payload=payload)
