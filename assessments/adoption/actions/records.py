"""Record the data of adoption: training runs in batches, and every kind of record one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from assessments.adoption.rules.adoption import folded
from assessments.models import ModelProject, Organization, Release, ShowstopperAnswer, TrainingRun, UseCase
from assessments.organizations.reported import may_change, require_may_change, who_may_change
from assessments.organizations.scope import organization_of_new
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Unknown, check_record
from platform_site.text.changes import ManyChanges, changes

WHO = "Only contributors and leads report adoption data."
MOST_RUNS = 1_000
CORRECTABLE = ("model", "started_at", "ended_at", "succeeded")
AHEAD = timedelta(days=1)  # clocks differ
LONGEST_REASON = 4_000
Entry = ModelProject | UseCase | ShowstopperAnswer | Release | TrainingRun
NOUNS = {
    ModelProject: "project", UseCase: "use_case", ShowstopperAnswer: "showstopper", Release: "release",
    TrainingRun: "training_run",
}  # fmt: skip
LINKS = ("answers", "use_cases")  # of a release: what it serves


class Recorded(NamedTuple):
    """How many runs were new, how many were on record already, and how many of those were corrected."""

    recorded: int
    known: int
    corrected: int


def record_training_runs(
    runs: Sequence[Mapping[str, Any]],
    *,
    organization: Organization | None = None,
    actor: Actor,
    sample: bool = False,
) -> Recorded:
    """Record up to 1,000 runs at once, all or none; Invalid with every fault, each at `index.field`.

    A run that the same team's orchestrator already reported under this external id is corrected where it differs: the
    event has old and new values. Sent again as it was, it changes nothing and leaves no event.
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
        new, corrected, moved = _new_and_corrected(records, runs, actor)
        TrainingRun.objects.bulk_create(new, ignore_conflicts=True)
        TrainingRun.objects.bulk_update(corrected, CORRECTABLE)
        done = Recorded(len(new), len(records) - len(new), len(corrected))
        payload = done._asdict() | {"teams": sorted({run.team for run in records}), "sample": sample}
        if new or corrected:
            payload |= moved.summary() if corrected else {}
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
        sentence = f"{run.started_at:%Y-%m-%d %H:%M} is in the future: report a run once it has started."
        faults.append(Fault(f"{index}.started_at", "in_the_future", sentence))
    if run.started_at and run.ended_at and run.ended_at < run.started_at:
        sentence = f"{run.ended_at:%Y-%m-%d %H:%M} is before the start, {run.started_at:%Y-%m-%d %H:%M}."
        faults.append(Fault(f"{index}.ended_at", "invalid", sentence))
    return faults


def _new_and_corrected(
    records: Sequence[TrainingRun], runs: Sequence[Mapping[str, Any]], actor: Actor
) -> tuple[list[TrainingRun], list[TrainingRun], ManyChanges]:
    """The runs to add, those on record that differ, and how they do. The last of several reports of one run counts."""
    known, faults, moved, owned = _known(records), [], ManyChanges(), may_change(actor)
    new, corrected = [], dict[int, TrainingRun]()
    for index, (run, fields) in enumerate(zip(records, runs, strict=True)):
        key = (run.organization_id, run.team, run.orchestrator, run.external_id)
        before = known.get(key) if run.external_id else None
        if before is None:
            new.append(run)
            known[key] = run
            continue
        values = {name: fields[name] for name in CORRECTABLE if name in fields}
        old = {name: getattr(before, name) for name in values}
        for name, value in values.items():
            setattr(before, name, value)
        if before.pk and old != values and not owned(before):
            faults.append(Fault(str(index), "not_allowed", who_may_change(before)))
        if before.pk and old != values:
            moved.add(f"training_run:{before.pk}", old, values)
            corrected[before.pk] = before
        faults += _run_faults(index, before)
    if faults:
        raise Invalid(faults)
    return new, list(corrected.values()), moved


def _known(runs: Sequence[TrainingRun]) -> dict[tuple[int | None, str, str, str], TrainingRun]:
    """The runs on record under these external ids, locked in one order."""
    external_ids = {run.external_id for run in runs if run.external_id}
    stored = TrainingRun.objects.select_for_update(no_key=True).filter(external_id__in=external_ids).order_by("pk")
    return {(run.organization_id, run.team, run.orchestrator, run.external_id): run for run in stored}


def add_entry(
    kind: type[Entry],
    *,
    organization: Organization | None = None,
    actor: Actor,
    sample: bool = False,
    **fields: Any,
) -> Entry:
    """Add a project, a use case, an answer, a release or a run; Invalid with every fault.

    It belongs to the organization that is named, else to its team's, else to the only one there is. A release takes the
    `answers` and `use_cases` that it serves.
    """
    access.require(access.can_report_adoption(actor), WHO)
    team, links = fields.get("team", ""), _taken(fields)
    place = organization_of_new(organization, [team])[team]
    entry = kind(**fields, organization=place, recorded_by=actor.name, sample=sample)
    _check(entry, links)
    with transaction.atomic():
        if isinstance(entry, ShowstopperAnswer):
            entry.counted_as = counted_as(entry)
        entry.save(force_insert=True)
        linked = _set_links(entry, links)
        _record("added", entry, actor, {"changes": linked} if linked else {})
    return entry


def change_entry(entry: Entry, *, actor: Actor, **fields: Any) -> Entry:
    """Change a record, as whoever reported it, its team or a lead; without a difference nothing is recorded. Invalid with
    every fault."""
    access.require(access.can_report_adoption(actor), WHO)
    links = _taken(fields)
    with transaction.atomic():
        entry = type(entry).objects.select_for_update(no_key=True).get(pk=entry.pk)
        require_may_change(entry, actor)
        changed = changes({name: getattr(entry, name) for name in fields}, fields)
        for name in changed:
            setattr(entry, name, fields[name])
        _check(entry, links)
        if isinstance(entry, ShowstopperAnswer) and "answer" in changed:
            entry.counted_as = counted_as(entry)
        if changed:
            entry.save()
        changed |= _set_links(entry, links)
        if changed:
            _record("changed", entry, actor, {"changes": changed})
    return entry


def remove_entry(entry: Entry, *, reason: str, actor: Actor) -> None:
    """Remove a record, with a reason, as whoever reported it, its team or a lead; what it was stays in the audit log."""
    access.require(access.can_report_adoption(actor), WHO)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        sentence = f"Write why it is removed, in 1 to {LONGEST_REASON:,} characters."
        raise Invalid([Fault("reason", "required" if not reason else "too_long", sentence)])
    with transaction.atomic():
        kind = type(entry)
        present = kind.objects.select_for_update(no_key=True).filter(pk=entry.pk).first()
        if present is None:
            raise Unknown(f"{entry} was removed already.")
        require_may_change(present, actor)
        served = {name: _titles(getattr(present, name).all()) for name in LINKS if hasattr(present, name)}
        _record("removed", present, actor, {"reason": reason} | served)
        present.delete()


def counted_as(answer: ShowstopperAnswer) -> str:
    """The answer as which others in the same words are counted since a lead merged them; empty where none was."""
    merged = ShowstopperAnswer.objects.filter(organization=answer.organization).exclude(counted_as="")
    words = folded(answer.answer)
    rows = merged.order_by("-day", "-pk").values_list("answer", "counted_as").distinct()
    return next((into for text, into in rows if words in (folded(text), folded(into))), "")


def _taken(fields: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: list(fields.pop(name)) for name in LINKS if name in fields}


def _check(entry: Entry, links: Mapping[str, Sequence[Any]]) -> None:
    """Every fault of the record's own fields, and links that lead to another organization."""
    faults = [
        Fault(name, "invalid", f"“{record}” belongs to another organization.")
        for name, records in links.items()
        for record in records
        if record.organization_id != entry.organization_id
    ]
    hatch = entry.escape_hatch if isinstance(entry, UseCase) else None
    if hatch and hatch.organization_id != entry.organization_id:
        sentence = f"{hatch} is in the catalogue of another organization. Choose one of its own."
        faults.append(Fault("escape_hatch", "invalid", sentence))
    try:
        check_record(entry)
    except Invalid as invalid:
        faults = [*invalid.faults, *faults]
    if isinstance(entry, TrainingRun):
        own = [fault._replace(field=fault.field.removeprefix("0.")) for fault in _run_faults(0, entry)]
        faults += [fault for fault in own if fault.field not in {known.field for known in faults}]
    if faults:
        raise Invalid(faults)


def _set_links(entry: Entry, links: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, Any]]:
    """Set what a release serves; returns what changed, old and new."""
    changed: dict[str, dict[str, Any]] = {}
    for name, records in links.items():
        manager = getattr(entry, name)
        before = list(manager.all())
        if {record.pk for record in before} != {record.pk for record in records}:
            manager.set(records)
            changed |= changes({name: _titles(before)}, {name: _titles(records)})
    return changed


def _titles(records: Iterable[Any]) -> list[str]:
    return sorted(map(str, records))


def remove_samples(organization: Organization | None, *, actor: Actor) -> int:
    """Remove every sample of an organization; returns how many rows."""
    access.require(access.can_assess(actor), "Only leads remove sample data.")
    with transaction.atomic():
        removed = {
            str(kind._meta.model_name): kind._default_manager.filter(organization=organization, sample=True).delete()[0]
            for kind in NOUNS
        }
        if any(removed.values()):
            record("adoption_samples.removed", subject="adoption", actor=actor, payload=removed)
    return sum(removed.values())


def _record(verb: str, entry: Entry, actor: Actor, more: Mapping[str, Any]) -> None:
    noun = NOUNS[type(entry)]
    payload = {name: str(value) for name, value in model_to_dict(entry).items()} | {"sample": entry.sample}
    record(f"{noun}.{verb}", subject=f"{noun}:{entry.pk}", actor=actor, payload=payload | dict(more))
