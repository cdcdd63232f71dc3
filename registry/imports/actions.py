"""Import from other tools: look first, then apply exactly what was shown, by the actions that people use too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refusal, Refused
from platform_site.people.models import Team
from registry.checks.actions.checks import define_check
from registry.compute.definition import Definition
from registry.data.actions import save_source_table
from registry.features.actions import register_feature
from registry.imports.queries import plans as imports
from registry.imports.queries.plans import CONTENT, OUTCOMES, Effect, Step
from registry.imports.queries.tracking_server import TrackingServer
from registry.imports.rules import dbt, document, feast, mlflow
from registry.imports.rules.findings import MOST, Found, Kind, Unreadable, Wanted
from registry.models import Check, Import, ImportedRecord, RegisteredModel, SourceTable, System
from registry.versions.actions.registration import register_model, register_version

OWNED = (System.MLFLOW, System.FEAST)  # what they know belongs to a team here; a source table belongs to none
MOST_OFFERED, MOST_UNMAPPED = 20, 5_000
READERS: dict[str, Callable[[dict[str, Any]], Found]] = {System.FEAST: feast.read, System.DBT: dbt.read}
DONE = {Effect.CREATE: "created", Effect.CHANGE: "changed", Effect.KEEP: "origin_kept"}


def offer_file(*, system: str, filename: str, content: bytes, owner_team: str = "", actor: Actor) -> Import:
    """Read a file of Feast or dbt; the import to look at, and to apply. Invalid with every fault of the file."""
    team = _allowed(system, owner_team, actor)
    if system not in READERS:
        raise Invalid([Fault("system", "unknown", f"{system!r} is no file's tool: choose {', '.join(READERS)}.")])
    try:
        found = READERS[system](document.document(content))
    except Unreadable as unreadable:
        raise Invalid([Fault(*fault) for fault in unreadable.faults]) from unreadable
    return _offer(system, found, filename[:255], team, actor)


def offer_tracking_server(*, url: str, owner_team: str, actor: Actor) -> Import:
    """Read an MLflow tracking server; the import to look at, and to apply. Invalid with the reason when it cannot be."""
    team = _allowed(System.MLFLOW, owner_team, actor)
    server = TrackingServer(url)
    try:
        found = mlflow.read(server.read(), origin=server.url)
    except Unreadable as unreadable:
        raise Invalid([Fault(*fault) for fault in unreadable.faults]) from unreadable
    return _offer(System.MLFLOW, found, "", team, actor)


def apply_import(offered: Import, *, digest: str, actor: Actor) -> Import:
    """Do what the plan of this digest says. Refused with the new digest when the registry has moved since.

    Each step is a transaction of its own: one that is refused meanwhile is told and keeps no other from being done.
    """
    _allowed(offered.system, offered.owner_team.slug if offered.owner_team else "", actor)
    if offered.state != Import.State.OFFERED:
        raise Refused("applied_already", f"Import {offered.pk} was applied: read the other tool again.")
    plan = imports.plan(offered, actor)
    if plan.digest != digest:
        told = "The registry has moved since this plan was shown: look at it again, then apply it."
        raise Refused("plan_changed", told, detail={"digest": plan.digest})
    outcome = [_done(offered, wanted, step, actor) for wanted, step in plan.steps]
    with transaction.atomic():
        _finish(offered, outcome, actor)
    return imports.one_import(offered.pk)


def drop_import(offered: Import, *, actor: Actor) -> None:
    """Forget what was only looked at."""
    _allowed(offered.system, offered.owner_team.slug if offered.owner_team else "", actor)
    with transaction.atomic():
        if not Import.objects.filter(pk=offered.pk, state=Import.State.OFFERED).delete()[0]:
            raise Refused("applied_already", f"Import {offered.pk} was applied and stays on record.")
        record("import.dropped", subject=f"import:{offered.pk}", actor=actor, payload={"system": offered.system})


def _allowed(system: str, owner_team: str, actor: Actor) -> Team | None:
    access.require(access.can_describe_data(actor), "Only contributors and leads import from other tools.")
    if system not in OWNED:
        return None
    team = Team.objects.filter(slug=owner_team).first()
    if team is None:
        told = f"There is no team {owner_team!r}: choose one of `teams`; what is imported belongs to it."
        raise Invalid([Fault("owner_team", "unknown", told)])
    access.require(access.can_contribute(actor, team.slug), f"Only contributors of team {team.slug} import for it.")
    return team


def _offer(system: str, found: Found, filename: str, team: Team | None, actor: Actor) -> Import:
    if len(found.wanted) > MOST or len(found.unmapped) > MOST_UNMAPPED:
        told = f"It holds {len(found.wanted):,} things to import; {MOST:,} are taken at once. Split it."
        raise Invalid([Fault("file", "too_large", told)])
    if not document.is_storable(found.as_dict()):
        raise Invalid([Fault("file", "malformed", "A name in it holds a NUL character or half a surrogate pair.")])
    with transaction.atomic():
        if Import.objects.filter(requested_by=actor.name, state=Import.State.OFFERED).count() >= MOST_OFFERED:
            raise Refused("too_many_imports", f"{MOST_OFFERED} of your imports wait: apply or drop them first.")
        offered = Import.objects.create(
            system=system,
            origin=found.origin[:500],
            filename=filename,
            owner_team=team,
            found=found.as_dict(),
            requested_by=actor.name,
            requested_at=timezone.now(),
        )
        payload = {"system": system, "origin": offered.origin, "filename": filename, "found": len(found.wanted)}
        record("import.offered", subject=f"import:{offered.pk}", actor=actor, payload=payload)
    return offered


def _done(offered: Import, wanted: Wanted | None, step: Step, actor: Actor) -> Step:
    """One step as it went."""
    if wanted is None or step.effect not in DONE:
        return step
    try:
        with transaction.atomic():
            if step.effect != Effect.KEEP:
                MAKERS[Kind(wanted.kind)](offered, wanted, actor)
            _keep_where_from(offered, wanted, actor)
    except Refusal as refusal:
        told = " ".join(fault.message for fault in refusal.faults) or refusal.message
        return step._replace(effect=str(Effect.CANNOT), sentence=told)
    except IntegrityError:
        return step._replace(effect=str(Effect.CANNOT), sentence="Somebody made it meanwhile: import again.")
    return step._replace(effect=DONE[Effect(step.effect)])


def _keep_where_from(offered: Import, wanted: Wanted, actor: Actor) -> None:
    key = {
        "system": offered.system,
        "origin": offered.origin,
        "kind": wanted.kind,
        "external_id": wanted.external_id[:500],
    }
    told = {"name": wanted.name, "about": wanted.about, "imported_in": offered, "imported_by": actor.name}
    ImportedRecord.objects.update_or_create(**key, defaults=told | {"imported_at": timezone.now()})


def _finish(offered: Import, outcome: list[Step], actor: Actor) -> None:
    """Say what came of it, once."""
    told = [step._asdict() for step in outcome]
    applied = Import.objects.filter(pk=offered.pk, state=Import.State.OFFERED).update(
        state=Import.State.APPLIED, found={}, outcome=told, applied_by=actor.name, applied_at=timezone.now()
    )
    if not applied:
        raise Refused("applied_already", f"Import {offered.pk} was applied by somebody else at the same moment.")
    counts = {word: sum(step.effect == word for step in outcome) for word in OUTCOMES}
    payload = {"system": offered.system, "origin": offered.origin} | counts
    record("import.applied", subject=f"import:{offered.pk}", actor=actor, payload=payload)


def _make_source_table(offered: Import, wanted: Wanted, actor: Actor) -> None:
    """What the other tool does not say stays as it is."""
    there = SourceTable.objects.select_related("dataset").filter(name=wanted.name).first()
    row_key = wanted.content["row_key"] or (there.row_key if there else [])
    content = {"entity_key": wanted.content["entity_key"], "event_time": wanted.content["event_time"]}
    save_source_table(
        name=wanted.name, dataset=there.dataset if there else None, row_key=row_key, **content, actor=actor
    )


def _make_feature(offered: Import, wanted: Wanted, actor: Actor) -> None:
    register_feature(
        name=wanted.name,
        owner_team=offered.owner_team.slug,
        definition=Definition(*(wanted.content[name] for name in CONTENT)),
        description=wanted.content["description"],
        reason=f"Imported from {offered.get_system_display()}, {offered.origin or 'without a project'}: {wanted.external_id}.",
        actor=actor,
    )


def _make_check(offered: Import, wanted: Wanted, actor: Actor) -> None:
    table = SourceTable.objects.select_related("dataset").get(name=wanted.content["table"])
    parameters = imports.check_parameters(wanted, table.dataset.name)
    define_check(Check.Kind.SCHEMA, name=wanted.name, parameters=parameters, actor=actor)


def _make_model(offered: Import, wanted: Wanted, actor: Actor) -> None:
    register_model(name=wanted.name, owner_team=offered.owner_team.slug, **wanted.content, actor=actor)


def _make_model_version(offered: Import, wanted: Wanted, actor: Actor) -> None:
    model = RegisteredModel.objects.select_related("owner_team").get(name=wanted.content["model"])
    content = {"artifact": wanted.content["artifact"], "lineage_parts": wanted.content["lineage"]}
    register_version(model, version=wanted.content["version"], **content, actor=actor)


MAKERS: dict[Kind, Callable[[Import, Wanted, Actor], None]] = {
    Kind.SOURCE_TABLE: _make_source_table,
    Kind.FEATURE: _make_feature,
    Kind.CHECK: _make_check,
    Kind.MODEL: _make_model,
    Kind.MODEL_VERSION: _make_model_version,
}
