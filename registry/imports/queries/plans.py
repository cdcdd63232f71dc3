"""What an import would do: each thing found, held against what the registry has; nothing is written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from platform_site.access import Actor, can_contribute
from platform_site.errors import Fault, Unknown
from registry.checks.queries import check_faults
from registry.compute.definition import Definition
from registry.data.queries import source_tables
from registry.features.queries.definitions import faults_over
from registry.features.rules import change, fingerprint
from registry.imports.rules.findings import Kind, Unmapped, Wanted
from registry.imports.rules.mlflow import TAGS
from registry.models import Check, Feature, Import, ImportedRecord, ModelVersion, RegisteredModel, SourceTable
from registry.versions.queries.registration import registration_faults

BIND = "Bind it to a data set: until then no check can compute what is computed from it."
CONTENT = ("computation_logic", "null_handling", "data_type", "source_table")
_NOTHING = object()
COMPARED = ("entity_key", "event_time", "row_key")


class Effect(StrEnum):
    """What would become of one thing."""

    CREATE = "create"
    CHANGE = "change"
    KEEP = "keep_origin"
    THERE = "already_there"
    CANNOT = "cannot"


OUTCOMES = ("created", "changed", "origin_kept", "already_there", "cannot")


class Step(NamedTuple):
    """One thing: what would be done, a sentence, and for what cannot be registered each part that is missing."""

    kind: str
    name: str
    external_id: str
    effect: str
    sentence: str = ""
    missing: list[dict[str, str]] = []


class Plan(NamedTuple):
    """Every step with what it needs (None for what has no place), and the digest that applying it must name."""

    steps: list[tuple[Wanted | None, Step]]
    digest: str

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(str(step.effect) for _, step in self.steps)
        return {str(effect): found[effect] for effect in Effect}


def imports() -> QuerySet[Import]:
    """Every import without what was read, newest first."""
    return Import.objects.select_related("owner_team").defer("found", "outcome")


def one_import(pk: int) -> Import:
    """One import by its number; Unknown when there is none."""
    found = Import.objects.select_related("owner_team").filter(pk=pk).first()
    if found is None:
        raise Unknown(f"There is no import {pk}.")
    return found


def imported_records() -> QuerySet[ImportedRecord]:
    """Where each record came from."""
    return ImportedRecord.objects.order_by("kind", "name", "pk")


def where_from(kind: str, name: str) -> ImportedRecord | None:
    """What another tool says of a record, the newest word; None when it was not imported."""
    return ImportedRecord.objects.filter(kind=kind, name=name).order_by("-imported_at").first()


def plan(offered: Import, actor: Actor) -> Plan:
    """What applying would do now. Each kind asks a fixed number of queries, but for model versions: the registration
    gate asks four for each."""
    wanted = [Wanted(**one) for one in offered.found["wanted"]]
    steps: list[tuple[Wanted | None, Step]] = []
    known = ImportedRecord.objects.filter(system=offered.system, origin=offered.origin)
    kept = {
        (kind, external_id): about for kind, external_id, about in known.values_list("kind", "external_id", "about")
    }
    for kind in Kind:
        of_kind = [one for one in wanted if one.kind == kind]
        told = [
            _with_origin(one, step, kept)
            for one, step in zip(of_kind, PLANNERS[kind](of_kind, offered, actor), strict=True)
        ]
        steps += zip(of_kind, told, strict=True)
    steps += [(None, _unmapped(Unmapped(**one))) for one in offered.found["unmapped"]]
    told = [offered.pk, *(step for _, step in steps), *(one.content for one in wanted)]
    return Plan(steps, hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest())


def _with_origin(one: Wanted, step: Step, kept: dict[tuple[str, str], Any]) -> Step:
    """What is there already is told apart when the other tool's word about it is not kept yet, or is another now."""
    if step.effect != Effect.THERE or kept.get((str(one.kind), one.external_id[:500]), _NOTHING) == one.about:
        return step
    return step._replace(
        effect=str(Effect.KEEP), sentence="It stays as it is; what the other tool says of it is kept beside it."
    )


def shown(offered: Import, actor: Actor) -> tuple[list[Step], dict[str, int], str | None]:
    """Every step of an import with their counts: as they would go, with the plan's digest, or as they went, without."""
    if offered.state == Import.State.OFFERED:
        told = plan(offered, actor)
        return [step for _, step in told.steps], told.counts, told.digest
    steps = [Step(**step) for step in offered.outcome]
    found = Counter(step.effect for step in steps)
    return steps, {word: found[word] for word in OUTCOMES}, None


def _unmapped(one: Unmapped) -> Step:
    return Step(one.kind, "", one.external_id, Effect.CANNOT, one.reason)


def _step(one: Wanted, effect: Effect, sentence: str = "", missing: Sequence[Fault] = ()) -> Step:
    named = [{"field": fault.field, "message": _with_the_tag(fault)} for fault in missing]
    return Step(str(one.kind), one.name, one.external_id, str(effect), sentence, named)


def _with_the_tag(fault: Fault) -> str:
    tag = TAGS.get(fault.field)
    return f"{fault.message} MLflow keeps it as the tag {tag}, of the version or its run." if tag else fault.message


def _source_tables(wanted: list[Wanted], offered: Import, actor: Actor) -> Iterator[Step]:
    known = {table.name: table for table in SourceTable.objects.filter(name__in=[one.name for one in wanted])}
    for one in wanted:
        there = known.get(one.name)
        told = [f"{name.replace('_', ' ')} {_words(one.content[name])}" for name in COMPARED if one.content[name]]
        if there is None:
            sentence = f"{', '.join(told)}. {BIND}"
            yield _step(one, Effect.CREATE, sentence[0].upper() + sentence[1:])
            continue
        moved = [
            f"{name.replace('_', ' ')}: {_words(getattr(there, name)) or '–'} → {_words(one.content[name])}"
            for name in COMPARED
            if one.content[name] and one.content[name] != getattr(there, name)
        ]
        yield _step(one, Effect.CHANGE if moved else Effect.THERE, "; ".join(moved))


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _features(wanted: list[Wanted], offered: Import, actor: Actor) -> Iterator[Step]:
    named = Feature.objects.filter(name__in=[one.name for one in wanted])
    known = {feature.name: feature for feature in named.select_related("owner_team", "current")}
    digests = set(
        Feature.objects.filter(pk__in=[one.pk for one in known.values()]).values_list("name", "versions__digest")
    )
    columns = cache(source_tables.columns)
    for one in wanted:
        definition, there = Definition(*(one.content[name] for name in CONTENT)), known.get(one.name)
        if there and there.owner_team_id != offered.owner_team_id:
            yield _step(one, Effect.CANNOT, f"A feature of this name belongs to team {there.owner_team.slug}.")
        elif there and (one.name, fingerprint.address(definition)) in digests:
            yield _step(one, Effect.THERE)
        elif faults := faults_over(definition, columns(definition.source_table)):
            yield _step(one, Effect.CANNOT, " ".join(fault.message for fault in faults))
        elif there and there.current:
            moved = change.changes(there.current.definition, definition).words
            yield _step(one, Effect.CHANGE, f"A new version: {', '.join(moved)}. Gates compare with it.")
        else:
            yield _step(one, Effect.CREATE, f"{definition.data_type} from {definition.source_table}")


def _checks(wanted: list[Wanted], offered: Import, actor: Actor) -> Iterator[Step]:
    known = set(Check.objects.filter(name__in=[one.name for one in wanted]).values_list("name", flat=True))
    tables = SourceTable.objects.filter(name__in=[one.content["table"] for one in wanted], dataset__isnull=False)
    bound = {table.name: table.dataset.name for table in tables.select_related("dataset")}
    for one in wanted:
        dataset = bound.get(one.content["table"])
        if one.name in known:
            yield _step(one, Effect.THERE)
        elif dataset is None:
            told = f"{one.content['table']} is not bound to a data set: bind it, then import again."
            yield _step(one, Effect.CANNOT, told)
        else:
            faults, _ = check_faults.parsed(Check.Kind.SCHEMA, check_parameters(one, dataset))
            columns = ", ".join(column["name"] for column in one.content["columns"])
            told = " ".join(fault.message for fault in faults)
            yield _step(one, Effect.CANNOT if faults else Effect.CREATE, told or f"A schema check of {columns}.")


def check_parameters(one: Wanted, dataset: str) -> dict[str, Any]:
    """The parameters of the schema check that a table's promises come to."""
    return {"dataset": dataset, "columns": one.content["columns"]}


def _models(wanted: list[Wanted], offered: Import, actor: Actor) -> Iterator[Step]:
    named = RegisteredModel.objects.filter(name__in=[one.name for one in wanted])
    known = set(named.values_list("name", flat=True))
    for one in wanted:
        mode = one.content["serving_mode"]
        if one.name in known:
            yield _step(one, Effect.THERE)
        elif mode not in RegisteredModel.ServingMode.values:
            words = ", ".join(RegisteredModel.ServingMode.values)
            yield _step(one, Effect.CANNOT, f"The tag plumbline.serving_mode is {mode[:80]!r}: choose {words}.")
        else:
            yield _step(one, Effect.CREATE)


def _model_versions(wanted: list[Wanted], offered: Import, actor: Actor) -> Iterator[Step]:
    versions = ModelVersion.objects.filter(model__name__in={one.content["model"] for one in wanted})
    known = {str(version).replace(" ", "/"): version for version in versions.select_related("model", "data_snapshot")}
    owners = dict(RegisteredModel.objects.values_list("name", "owner_team__slug"))
    for one in wanted:
        model, there = one.content["model"], known.get(one.name)
        owner = owners.get(model)
        if there:
            other = _other_parts(there, one.content)
            told = f"It is registered with another {', '.join(other)}, and a version is written once."
            yield _step(one, Effect.CANNOT if other else Effect.THERE, told if other else "")
        elif owner and not can_contribute(actor, owner):
            yield _step(one, Effect.CANNOT, f"{model} belongs to team {owner}: others can only read it.")
        else:
            _, faults = registration_faults(
                model, one.content["version"], one.content["artifact"], one.content["lineage"]
            )
            missing = ", ".join(
                dict.fromkeys(fault.field.split(".")[1] if "." in fault.field else fault.field for fault in faults)
            )
            told = f"Cannot be registered, for want of: {missing}." if faults else "All six lineage parts are there."
            yield _step(one, Effect.CANNOT if faults else Effect.CREATE, told, faults)


def _other_parts(there: ModelVersion, content: dict[str, Any]) -> list[str]:
    """The parts that the other tool names otherwise; what it does not name is no contradiction."""
    lineage, digest = content["lineage"], content["artifact"].get("digest")
    pairs = {
        "artifact digest": (there.artifact_digest, digest and digest.removeprefix("sha256:")),
        "code commit": (there.code_commit, lineage.get("code_commit")),
        "data snapshot": (there.data_snapshot.digest, (lineage.get("data_snapshot") or "").removeprefix("sha256:")),
        "container digest": (there.container_digest, lineage.get("container_digest")),
        "set of hyperparameters": (there.hyperparameters, lineage.get("hyperparameters")),
    }
    return [name for name, (ours, theirs) in pairs.items() if theirs and ours != theirs]


PLANNERS: dict[Kind, Callable[[list[Wanted], Import, Actor], Iterator[Step]]] = {
    Kind.SOURCE_TABLE: _source_tables,
    Kind.FEATURE: _features,
    Kind.CHECK: _checks,
    Kind.MODEL: _models,
    Kind.MODEL_VERSION: _model_versions,
}
