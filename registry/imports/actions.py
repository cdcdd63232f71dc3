"""Import from other tools: show a plan first, then apply exactly that plan through the actions that people use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refusal, Refused
from platform_site.people.models import Team
from platform_site.text import strict_json
from registry.checks.actions.checks import define_check
from registry.compute.definition import Definition
from registry.data.actions.source_tables import add_source_version, register_source_table
from registry.features.actions.registration import register_feature
from registry.imports.queries import plans as imports
from registry.imports.queries import version_steps as plans_of_versions
from registry.imports.queries.owners import owner_named, owner_of_new_tables
from registry.imports.queries.plans import CONTENT
from registry.imports.queries.steps import OUTCOMES, Effect, Step
from registry.imports.queries.table_steps import described
from registry.imports.queries.tracking_server import TrackingServer
from registry.imports.rules import dbt, document, feast, mlflow, upstreams
from registry.imports.rules.candidates import MOST, Candidate, Extract, RecordKind, Unreadable
from registry.models import Check, Dataset, Import, ImportedRecord, MlflowReading, RegisteredModel, SourceTable, System
from registry.versions.actions.observed import Seen, observe_version
from registry.versions.actions.registration import register_model

MOST_OFFERED, MOST_UNMAPPED = 20, 5_000
READERS: dict[str, Callable[[dict[str, Any]], Extract]] = {System.FEAST: feast.read, System.DBT: dbt.read}
EFFECTS_DONE = {
    Effect.CREATE: "created",
    Effect.OBSERVE: "observed",
    Effect.CHANGE: "changed",
    Effect.KEEP_ORIGIN: "origin_kept",
}


def propose_file_import(*, system: str, filename: str, content: bytes, owner_team: str = "", actor: Actor) -> Import:
    """Read a file of Feast or dbt into an import whose plan can be applied. Invalid with every fault of the file.

    Without ``owner_team`` source tables that dbt adds belong to the only team of the actor.
    """
    team = _allowed(system, owner_team, actor)
    if system not in READERS:
        raise Invalid(
            [Fault("system", "unknown", f"{system!r} is not a tool whose files are read. Choose {', '.join(READERS)}.")]
        )
    try:
        extract = READERS[system](document.document(content))
    except Unreadable as unreadable:
        raise Invalid([Fault(*fault) for fault in unreadable.faults]) from unreadable
    team = team or owner_of_new_tables(extract, actor)
    return _offer(system, extract, filename[:255], team, actor)


def propose_server_import(
    *,
    url: str,
    owner_team: str,
    name: str = "",
    cursor: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
    actor: Actor,
) -> Import:
    """Read an MLflow tracking server into an import whose plan can be applied. Invalid when it cannot be read.

    ``url`` may be the name of a server that an administrator set up. ``name`` is a part of the models' names, ``names``
    names here for models whose own give none, and ``cursor`` where an earlier import of the same server ended.
    """
    team = _allowed(System.MLFLOW, owner_team, actor)
    server = TrackingServer(url)
    look = server.look(name=name, cursor=cursor)
    extract = read_mlflow(look.document, server.origin, names)
    return _offer(System.MLFLOW, extract, "", team, actor, next_cursor=look.next_cursor, partial=bool(name or cursor))


def read_mlflow(content: dict[str, Any], origin: str, names: Mapping[str, str] = MappingProxyType({})) -> Extract:
    """What was read of a tracking server; models keep the names that they were imported by before."""
    known = imports.models_known_from(System.MLFLOW, origin)
    try:
        return mlflow.read(content, origin=origin, names=known | dict(names), known=known)
    except Unreadable as unreadable:
        raise Invalid([Fault(*fault) for fault in unreadable.faults]) from unreadable


def import_at_once(system: str, extract: Extract, owner_team: str, actor: Actor) -> Import | None:
    """Import a part of another tool without a look at its plan first; None where everything is there already."""
    team = _allowed(system, owner_team, actor)
    content = extract.as_dict() | {"partial": True}
    draft = Import(system=system, origin=extract.origin[:500], owner_team=team, found=content, requested_by=actor.name)
    if not any(step.effect in EFFECTS_DONE for _, step in imports.plan(draft, actor).steps):
        return None
    offered = _offer(system, extract, "", team, actor, partial=True)
    return apply_import(offered, digest=imports.plan(offered, actor).digest, actor=actor)


def apply_import(offered: Import, *, digest: str, actor: Actor) -> Import:
    """Apply the plan with this digest. Refused with the new digest when the registry has changed since.

    Each step is a transaction of its own: a step that is refused is reported, and the others are applied.
    """
    _allowed(offered.system, _owner(offered), actor)
    if offered.state != Import.State.OFFERED:
        raise Refused(
            "applied_already", f"Import {offered.pk} has already been applied. Import again to see what changed since."
        )
    plan = imports.plan(offered, actor)
    if plan.digest != digest:
        problem = "The registry has changed since this plan was shown. Check the new plan, then apply it."
        raise Refused("plan_changed", problem, detail={"digest": plan.digest})
    outcome = [_apply_step(offered, candidate, step, actor) for candidate, step in plan.steps]
    is_whole = offered.system == System.MLFLOW and not offered.found.get("partial")
    with transaction.atomic():
        _finish(offered, outcome, actor)
        if is_whole:
            read = {"read_at": offered.requested_at, "problem": ""}
            MlflowReading.objects.update_or_create(origin=offered.origin, defaults=read)
    return imports.get_import(offered.pk)


def drop_import(offered: Import, *, actor: Actor) -> None:
    """Delete an import that was not applied."""
    _allowed(offered.system, _owner(offered), actor)
    with transaction.atomic():
        if not Import.objects.filter(pk=offered.pk, state=Import.State.OFFERED).delete()[0]:
            raise Refused(
                "applied_already", f"Import {offered.pk} has been applied. It is kept on record and cannot be dropped."
            )
        record("import.dropped", subject=f"import:{offered.pk}", actor=actor, payload={"system": offered.system})


def _owner(offered: Import) -> str:
    return offered.owner_team.slug if offered.owner_team else ""


def _allowed(system: str, owner_team: str, actor: Actor) -> Team | None:
    access.require(access.can_describe_data(actor), "Only contributors and leads import from other tools.")
    return owner_named(system, owner_team, actor)


def _offer(
    system: str,
    extract: Extract,
    filename: str,
    team: Team | None,
    actor: Actor,
    *,
    next_cursor: str = "",
    partial: bool = False,
) -> Import:
    if len(extract.candidates) > MOST or len(extract.unmapped) > MOST_UNMAPPED:
        problem = f"It holds {len(extract.candidates):,} records to import and {len(extract.unmapped):,} that cannot be imported. "
        problem += f"At most {MOST:,} and {MOST_UNMAPPED:,} are read at once. Split it."
        raise Invalid([Fault("file", "too_large", problem)])
    if not strict_json.is_storable(extract.as_dict()):
        raise Invalid(
            [
                Fault(
                    "file", "malformed", "A text in it contains a NUL character or half of a surrogate pair. Remove it."
                )
            ]
        )
    with transaction.atomic():
        if Import.objects.filter(requested_by=actor.name, state=Import.State.OFFERED).count() >= MOST_OFFERED:
            raise Refused(
                "too_many_imports", f"{MOST_OFFERED} of your imports are waiting. Apply or drop some of them first."
            )
        offered = Import.objects.create(
            system=system,
            origin=extract.origin[:500],
            filename=filename,
            owner_team=team,
            next_cursor=next_cursor,
            found=extract.as_dict() | {"partial": partial or bool(next_cursor)},
            requested_by=actor.name,
            requested_at=timezone.now(),
        )
        payload = {"system": system, "origin": offered.origin, "filename": filename, "found": len(extract.candidates)}
        record("import.offered", subject=f"import:{offered.pk}", actor=actor, payload=payload)
    return offered


def _apply_step(offered: Import, candidate: Candidate | None, step: Step, actor: Actor) -> Step:
    """Apply one step; the step with its outcome."""
    if candidate is None or step.effect not in EFFECTS_DONE:
        return step
    try:
        with transaction.atomic():
            if step.effect != Effect.KEEP_ORIGIN:
                ACTIONS[RecordKind(candidate.kind)](offered, candidate, actor)
            _record_origin(offered, candidate, actor)
    except Refusal as refusal:
        problem = " ".join(fault.message for fault in refusal.faults) or refusal.message
        return step._replace(effect=str(Effect.CANNOT), sentence=problem)
    except IntegrityError:
        return step._replace(effect=str(Effect.CANNOT), sentence="Somebody created it in the meantime. Import again.")
    return step._replace(effect=EFFECTS_DONE[Effect(step.effect)])


def _record_origin(offered: Import, candidate: Candidate, actor: Actor) -> None:
    content = {"name": candidate.name, "about": candidate.about, "imported_in": offered, "imported_by": actor.name}
    ImportedRecord.objects.update_or_create(
        system=offered.system,
        origin=offered.origin,
        kind=candidate.kind,
        external_id=candidate.external_id[:500],
        defaults=content | {"imported_at": timezone.now()},
    )


def _finish(offered: Import, outcome: list[Step], actor: Actor) -> None:
    """Record the outcome, once."""
    steps = [step._asdict() for step in outcome]
    applied = Import.objects.filter(pk=offered.pk, state=Import.State.OFFERED).update(
        state=Import.State.APPLIED, found={}, outcome=steps, applied_by=actor.name, applied_at=timezone.now()
    )
    if not applied:
        raise Refused("applied_already", f"Import {offered.pk} has just been applied by somebody else.")
    counts = {word: sum(step.effect == word for step in outcome) for word in OUTCOMES}
    payload = {"system": offered.system, "origin": offered.origin} | counts
    record("import.applied", subject=f"import:{offered.pk}", actor=actor, payload=payload)


def _apply_source_table(offered: Import, candidate: Candidate, actor: Actor) -> None:
    """Save a source table; what the other tool does not say stays as it is."""
    existing = SourceTable.objects.select_related("owner_team", "current__dataset").filter(name=candidate.name).first()
    source = described(existing, candidate)
    if existing:
        upstream = existing.current.upstream if existing.current else None
        change = upstreams.compare(upstream, candidate.content).sentence
        reason = f"{_reason(offered, candidate)} {change[:1].upper()}{change[1:]}".strip()
        add_source_version(existing, source, reason=reason, actor=actor)
    else:
        register_source_table(candidate.name, source, owner_team=_owner(offered), actor=actor)


def _reason(offered: Import, candidate: Candidate) -> str:
    origin = offered.origin or "without a project"
    return f"Imported from {offered.get_system_display()}, {origin}: {candidate.external_id} (import {offered.pk})."


def _apply_feature(offered: Import, candidate: Candidate, actor: Actor) -> None:
    register_feature(
        name=candidate.name,
        owner_team=_owner(offered),
        definition=Definition(*(candidate.content[name] for name in CONTENT)),
        description=candidate.content["description"],
        dialect=imports.dialect_of(candidate),
        reason=_reason(offered, candidate),
        actor=actor,
    )


def _apply_check(offered: Import, candidate: Candidate, actor: Actor) -> None:
    dataset = Dataset.objects.get(source_versions__current_of__name=candidate.content["table"])
    parameters = imports.check_parameters(candidate, dataset.name)
    define_check(Check.Kind.SCHEMA, name=candidate.name, parameters=parameters, actor=actor)


def _apply_model(offered: Import, candidate: Candidate, actor: Actor) -> None:
    register_model(name=candidate.name, owner_team=_owner(offered), **candidate.content, actor=actor)


def _apply_model_version(offered: Import, candidate: Candidate, actor: Actor) -> None:
    model = RegisteredModel.objects.select_related("owner_team").get(name=candidate.content["model"])
    parts = plans_of_versions.parts_of(candidate)
    content = candidate.content
    seen = Seen(
        offered.system,
        offered.origin,
        candidate.external_id,
        tuple(content["aliases"]),
        (*content["notes"], *parts.notes),
    )
    observe_version(
        model, content["version"], artifact=parts.artifact, lineage_parts=parts.lineage, seen=seen, actor=actor
    )


ACTIONS: dict[RecordKind, Callable[[Import, Candidate, Actor], None]] = {
    RecordKind.SOURCE_TABLE: _apply_source_table,
    RecordKind.FEATURE: _apply_feature,
    RecordKind.CHECK: _apply_check,
    RecordKind.MODEL: _apply_model,
    RecordKind.MODEL_VERSION: _apply_model_version,
}
