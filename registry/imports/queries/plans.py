"""The plan of an import: each record that was read, compared with the registry. Nothing is written."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from platform_site.access import Actor
from platform_site.errors import Unknown
from registry.checks.queries import check_faults
from registry.compute.definition import Definition
from registry.compute.dialects import ENGINE
from registry.features.queries.definitions import judge_each
from registry.features.rules import change, fingerprint
from registry.imports.queries import table_steps, version_steps
from registry.imports.queries.steps import OUTCOMES, Effect, Step, step_of
from registry.imports.rules.candidates import Candidate, RecordKind, Unmapped
from registry.models import Check, Feature, Import, ImportedRecord, MlflowEvent, RegisteredModel, SourceTable

NEWEST = 10
CONTENT = ("computation_logic", "null_handling", "data_type", "source_table")
_NOTHING = object()


class Plan(NamedTuple):
    """Every step with its candidate (None for what cannot be imported), and the digest that applies this plan."""

    steps: list[tuple[Candidate | None, Step]]
    digest: str

    @property
    def counts(self) -> dict[str, int]:
        by_effect = Counter(str(step.effect) for _, step in self.steps)
        return {str(effect): by_effect[effect] for effect in Effect}


def imports() -> QuerySet[Import]:
    """Every import without the content that was read, newest first."""
    return Import.objects.select_related("owner_team").defer("found", "outcome")


def get_import(pk: int) -> Import:
    """One import by its number; Unknown when there is none."""
    record = Import.objects.select_related("owner_team").filter(pk=pk).first()
    if record is None:
        raise Unknown(f"There is no import {pk}.")
    return record


def imported_records() -> QuerySet[ImportedRecord]:
    """Where each imported record came from."""
    return ImportedRecord.objects.order_by("kind", "name", "pk")


def newest_events() -> list[MlflowEvent]:
    """The newest events of MLflow servers; one query."""
    return list(MlflowEvent.objects.order_by("-created_at", "-pk")[:NEWEST])


def models_known_from(system: str, origin: str) -> dict[str, str]:
    """The names here of models that were imported from an origin before, by their names there; one query."""
    known = ImportedRecord.objects.filter(system=system, origin=origin, kind=RecordKind.MODEL)
    return dict(known.values_list("external_id", "name"))


def origin_record(kind: str, name: str) -> ImportedRecord | None:
    """Where a record was imported from, the newest import first; None when it was not imported."""
    return ImportedRecord.objects.filter(kind=kind, name=name).order_by("-imported_at").first()


def plan(offered: Import, actor: Actor) -> Plan:
    """What applying the import would do now.

    Each kind takes a fixed number of queries.
    """
    candidates = [Candidate(**fields) for fields in offered.found["wanted"]]
    steps: list[tuple[Candidate | None, Step]] = []
    known = ImportedRecord.objects.filter(system=offered.system, origin=offered.origin)
    known_about = {(record.kind, record.external_id): record.about for record in known}
    for kind in RecordKind:
        of_kind = [candidate for candidate in candidates if candidate.kind == kind]
        steps_of_kind = [
            _with_origin(candidate, step, known_about)
            for candidate, step in zip(of_kind, PLANNERS[kind](of_kind, offered, actor), strict=True)
        ]
        steps += zip(of_kind, steps_of_kind, strict=True)
    unmapped = [Unmapped(**fields) for fields in offered.found["unmapped"]]
    if not offered.found.get("partial"):  # of a part of the other side nothing follows about the rest
        steps += [(None, step) for step in _gone(known, candidates, unmapped, [step for _, step in steps])]
    steps += [(None, _unmapped(entry)) for entry in unmapped]
    content = [offered.pk, *(step for _, step in steps), *(candidate.content for candidate in candidates)]
    return Plan(steps, hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest())


def _with_origin(candidate: Candidate, step: Step, known_about: dict[tuple[str, str], Any]) -> Step:
    """The step, changed where the record exists but the other tool's description of it is new or has changed."""
    if (
        step.effect != Effect.ALREADY_THERE
        or known_about.get((str(candidate.kind), candidate.external_id[:500]), _NOTHING) == candidate.about
    ):
        return step
    return step._replace(
        effect=str(Effect.KEEP_ORIGIN), sentence="It stays as it is; the other tool's description is recorded with it."
    )


def shown(offered: Import, actor: Actor) -> tuple[list[Step], dict[str, int], str | None]:
    """The steps of an import with their counts: the plan with its digest, or the outcome without one."""
    if offered.state == Import.State.OFFERED:
        current = plan(offered, actor)
        return [step for _, step in current.steps], current.counts, current.digest
    steps = [Step(**step) for step in offered.outcome]
    counts = Counter(step.effect for step in steps)
    return steps, {word: counts[word] for word in OUTCOMES}, None


def _unmapped(unmapped: Unmapped) -> Step:
    return Step(unmapped.kind, "", unmapped.external_id, Effect.CANNOT, unmapped.reason)


def _gone(
    known: Iterable[ImportedRecord], candidates: list[Candidate], unmapped: list[Unmapped], steps: list[Step]
) -> Iterator[Step]:
    """What was imported from this origin before and is not there any more; a record that is new may be the same."""
    listed = {(str(candidate.kind), candidate.external_id[:500]) for candidate in candidates}
    left_out = {entry.external_id[:500] for entry in unmapped}  # a record itself, or the view that it is a field of
    new = [step for step in steps if step.effect == Effect.CREATE]
    made = {candidate.about["created"]: candidate for candidate in candidates if "created" in candidate.about}
    for record in known:
        named = {record.external_id, record.external_id.rpartition(":")[0]}
        if (record.kind, record.external_id) not in listed and not named & left_out:
            beside = _beside(record.external_id)
            renamed = [step.name for step in new if step.kind == record.kind and _beside(step.external_id) == beside]
            if record.kind == RecordKind.MODEL:  # a model keeps the moment at which it was made
                same = made.get(record.about.get("created"))
                renamed = [same.external_id] if same else []
            question = f" Was it renamed to {' or '.join(renamed[:3])}?" if renamed else ""
            sentence = f"It is no longer at the origin. Nothing is changed here.{question}"
            yield Step(record.kind, record.name, record.external_id, str(Effect.GONE), sentence)


def _beside(external_id: str) -> str:
    """Where a record stands: a feature's view, a table's project."""
    return re.split(r"[:./]", external_id[::-1], maxsplit=1)[-1][::-1]


def dialect_of(candidate: Candidate) -> str:
    """What a feature's logic is written in: the engine's SQL unless the other tool says otherwise."""
    return str(candidate.content.get("dialect", ENGINE))


def _features(candidates: list[Candidate], offered: Import, actor: Actor) -> Iterator[Step]:
    named = Feature.objects.filter(name__in=[candidate.name for candidate in candidates])
    known = {feature.name: feature for feature in named.select_related("owner_team", "current")}
    digests = set(
        Feature.objects.filter(pk__in=[candidate.pk for candidate in known.values()]).values_list(
            "name", "versions__digest"
        )
    )
    definitions = [Definition(*(candidate.content[name] for name in CONTENT)) for candidate in candidates]
    judged = judge_each(
        [(definition, dialect_of(candidate)) for definition, candidate in zip(definitions, candidates, strict=True)]
    )
    for candidate, definition, content in zip(candidates, definitions, judged, strict=True):
        existing = known.get(candidate.name)
        if existing and existing.owner_team_id != offered.owner_team_id:
            yield step_of(
                candidate,
                Effect.CANNOT,
                f"Feature {candidate.name} belongs to team {existing.owner_team.slug}. Only that team can change it.",
            )
        elif existing and (candidate.name, fingerprint.address(definition)) in digests:
            yield step_of(candidate, Effect.ALREADY_THERE)
        elif content.faults:
            yield step_of(candidate, Effect.CANNOT, " ".join(fault.message for fault in content.faults))
        elif existing and existing.current:
            changed = change.changes(existing.current.definition, definition, dialect_of(candidate)).words
            yield step_of(
                candidate, Effect.CHANGE, f"A new version with changed {', '.join(changed)}. Gates compare with it."
            )
        else:
            yield step_of(candidate, Effect.CREATE, f"{definition.data_type} from {definition.source_table}")


def _checks(candidates: list[Candidate], offered: Import, actor: Actor) -> Iterator[Step]:
    known = set(
        Check.objects.filter(name__in=[candidate.name for candidate in candidates]).values_list("name", flat=True)
    )
    tables = SourceTable.objects.filter(
        name__in=[candidate.content["table"] for candidate in candidates], current__dataset__isnull=False
    )
    bound = dict(tables.values_list("name", "current__dataset__name"))
    for candidate in candidates:
        dataset = bound.get(candidate.content["table"])
        if candidate.name in known:
            yield step_of(candidate, Effect.ALREADY_THERE)
        elif dataset is None:
            problem = f"{candidate.content['table']} is not bound to a data set. Bind it, then import again."
            yield step_of(candidate, Effect.CANNOT, problem)
        else:
            faults, _ = check_faults.parsed(Check.Kind.SCHEMA, check_parameters(candidate, dataset))
            columns = ", ".join(column["name"] for column in candidate.content["columns"])
            problem = " ".join(fault.message for fault in faults)
            yield step_of(
                candidate, Effect.CANNOT if faults else Effect.CREATE, problem or f"A schema check of {columns}."
            )


def check_parameters(candidate: Candidate, dataset: str) -> dict[str, Any]:
    """The parameters of the schema check that a table's tests and contract amount to."""
    return {"dataset": dataset, "columns": candidate.content["columns"]}


def _models(candidates: list[Candidate], offered: Import, actor: Actor) -> Iterator[Step]:
    named = RegisteredModel.objects.filter(name__in=[candidate.name for candidate in candidates])
    known = set(named.values_list("name", flat=True))
    for candidate in candidates:
        mode = candidate.content["serving_mode"]
        if candidate.name in known:
            yield step_of(candidate, Effect.ALREADY_THERE)
        elif mode not in RegisteredModel.ServingMode.values:
            words = ", ".join(RegisteredModel.ServingMode.values)
            yield step_of(
                candidate,
                Effect.CANNOT,
                f"The tag plumbline.serving_mode is {mode[:80]!r}, which is not a serving mode. Choose {words}.",
            )
        else:
            yield step_of(candidate, Effect.CREATE)


PLANNERS: dict[RecordKind, Callable[[list[Candidate], Import, Actor], Iterator[Step]]] = {
    RecordKind.SOURCE_TABLE: table_steps.planned,
    RecordKind.FEATURE: _features,
    RecordKind.CHECK: _checks,
    RecordKind.MODEL: _models,
    RecordKind.MODEL_VERSION: version_steps.planned,
}
