"""Take what MLflow sends: a new version is observed, and an alias that production follows asks the gate.

An alias that somebody moved here asks it too, from then on, and is followed here when it moves there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from platform_site import work
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.environment.mlflow import MlflowServer
from platform_site.errors import Fault, Invalid, Refusal
from registry.checks.actions.alerts import Evidence, follow, unresolved
from registry.checks.rules.alerts import Finding
from registry.imports.actions import import_at_once, read_mlflow
from registry.imports.queries import plans as imports
from registry.imports.queries.tracking_server import TrackingServer
from registry.imports.receivers import aliases
from registry.imports.rules.events import ALIAS, WRITE, Event
from registry.models import (
    Alert,
    GateDecision,
    MlflowEvent,
    ModelAlias,
    ModelVersion,
    Observation,
    RegisteredModel,
    System,
)
from registry.versions.actions.aliases import follow_alias, forget_alias
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.queries import gates
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.gate_reports import address_of, report_of

MOST_WAITING = 5_000
KEPT = timedelta(days=30)
GATE_TAG, URL_TAG = "plumbline.gate", "plumbline.gate_url"


def take_event(server: str, delivery_id: str, event: Event) -> tuple[MlflowEvent | None, bool]:
    """Store a delivery for a worker, once; whether it is new. None while too many wait: MLflow sends it again later."""
    existing = MlflowEvent.objects.filter(server=server, delivery_id=delivery_id).first()
    if existing:
        return existing, False
    if MlflowEvent.objects.filter(state=MlflowEvent.State.QUEUED).count() >= MOST_WAITING:
        return None, False
    state = MlflowEvent.State.QUEUED if event.concerns_us else MlflowEvent.State.DONE
    with transaction.atomic():
        row, created = MlflowEvent.objects.get_or_create(
            server=server,
            delivery_id=delivery_id,
            defaults={
                "event": event._asdict(),
                "state": state,
                "created_at": timezone.now(),
                "outcome": "" if event.concerns_us else "It says nothing about a model version.",
            },
        )
        if created and event.concerns_us:
            work.after_commit(KIND.task, row.pk, soon=True)
    return row, created


def handle(pk: int) -> bool:
    """Do what an event asks for; whether the row was free."""
    return work.perform(KIND, pk, _handle)


def sweep() -> int:
    """Send again what no worker took."""
    return work.sweep(KIND)


def _handle(claim: work.Claim) -> None:
    row = MlflowEvent.objects.get(pk=claim.pk)
    state, outcome, event = MlflowEvent.State.DONE, "", Event(**row.event)
    try:
        outcome = _follow_event(_server(row.server), event)
    except Refusal as refusal:
        again = event.action == WRITE and row.attempts < KIND.most_attempts
        state = MlflowEvent.State.QUEUED if again else MlflowEvent.State.FAILED
        outcome = " ".join(fault.message for fault in refusal.faults) or refusal.message
    with transaction.atomic():
        work.finish(claim, state=state, outcome=outcome[:1_000])


def _end_with(claim: work.Claim, message: str) -> bool:
    with transaction.atomic():
        return work.finish(claim, state=MlflowEvent.State.FAILED, outcome=message[:1_000])


def _server(name: str) -> MlflowServer:
    server = settings.MLFLOW_SERVERS.get(name)
    if server is None:
        raise Invalid([Fault("server", "unknown", f"No MLflow server is called {name} any more.")])
    return server


def _follow_event(server: MlflowServer, event: Event) -> str:
    """Observe the version that an event is about, and guard its alias; what was done, as a sentence."""
    if event.action == WRITE:
        return aliases.write(server, event)
    actor = Actor(f"mlflow:{server.name}", roles=SYSTEM.roles)
    tracking = TrackingServer(server.name)
    if not event.version:
        model = tracking.call("registered-models/get", {"name": event.name}).get("registered_model", {})
        _note_aliases(server, model)
        row = _known_here(server, event)
        if row and _named(model, event.alias) is None and not aliases.is_being_written(server, event):
            forget_alias(row, actor=actor)
        return "The aliases are noted."
    content = tracking.version(event.name, event.version)
    team = _owner(server, event.name)
    if not team:
        return f"{event.name} is not imported. Import it once, or set owner_team of the server."
    import_at_once(System.MLFLOW, read_mlflow(content, server.origin), team, actor)
    before = _holder(server, event) if event.entity == ALIAS else None
    _note_aliases(server, content["registered_models"][0])
    version = _version(server, event)
    if version is None:
        return f"{event.name}/{event.version} cannot be imported."
    if event.entity != ALIAS or event.action != "created" or not is_guarded(server, event):
        return f"{version} is known."
    if _named(content["registered_models"][0], event.alias) != event.version:
        return f"The alias {event.alias} has moved on from {version}."
    if aliases.is_being_written(server, event):
        return f"The alias {event.alias} was moved here since, and is written there."
    return _guard(server, tracking, event, version, before, actor)


def is_guarded(server: MlflowServer, event: Event) -> bool:
    """Whether an alias asks the gate: an administrator named it, or somebody moved it here."""
    return event.alias in server.guard_aliases or _known_here(server, event) is not None


def _known_here(server: MlflowServer, event: Event) -> ModelAlias | None:
    seen = Observation.objects.filter(origin=server.origin, external_id__startswith=f"{event.name}/")
    rows = ModelAlias.objects.filter(name=event.alias, model__versions__observation__in=seen)
    return rows.select_related("model", "model_version").first()


def _named(model: Mapping[str, Any], alias: str) -> str | None:
    """The version that an alias of MLflow's record of a model names."""
    listed = model.get("aliases") or ()
    return next((str(entry.get("version")) for entry in listed if entry.get("alias") == alias), None)


def _owner(server: MlflowServer, name: str) -> str:
    known = imports.models_known_from(System.MLFLOW, server.origin).get(name)
    owner = RegisteredModel.objects.filter(name=known).values_list("owner_team__slug", flat=True).first()
    return owner or server.owner_team


def _version(server: MlflowServer, event: Event) -> ModelVersion | None:
    rows = Observation.objects.filter(origin=server.origin, external_id=f"{event.name}/{event.version}")
    row = rows.select_related("model_version__model__owner_team").first()
    return row.model_version if row else None


def _of_model(server: MlflowServer, name: str) -> list[Observation]:
    rows = Observation.objects.filter(origin=server.origin, external_id__startswith=f"{name}/")
    return list(rows.select_related("model_version__model__owner_team").order_by("pk"))


def _holder(server: MlflowServer, event: Event) -> ModelVersion | None:
    """The version that an alias named before, as far as we know."""
    if event.before:
        return _version(server, event._replace(version=event.before))
    own = f"{event.name}/{event.version}"
    holders = (row for row in _of_model(server, event.name) if event.alias in row.aliases and row.external_id != own)
    return next((row.model_version for row in holders), None)


def _note_aliases(server: MlflowServer, model: Mapping[str, Any]) -> None:
    """Store which version each alias of a model names now."""
    named: dict[str, set[str]] = {}
    for alias in model.get("aliases") or ():
        named.setdefault(f"{model.get('name')}/{alias.get('version')}", set()).add(str(alias.get("alias")))
    for row in _of_model(server, str(model.get("name"))):
        aliases = sorted(named.get(row.external_id, ()))
        if row.aliases != aliases:
            row.aliases, row.updated_at = aliases, timezone.now()
            row.save(update_fields=["aliases", "updated_at"])


# -- the guard of an alias ---------------------------------------------------------------------------------------------


def _guard(
    server: MlflowServer,
    tracking: TrackingServer,
    event: Event,
    version: ModelVersion,
    before: ModelVersion | None,
    actor: Actor,
) -> str:
    """Ask the gate about the version that an alias names now: write the answer back, open or resolve an alert, and put the
    alias back where that is allowed."""
    decision = evaluate_deployment_gate(version, actor=actor)
    place = {"name": event.name, "version": event.version}
    for key, value in ((GATE_TAG, decision.decision), (URL_TAG, address_of(version))):
        tracking.write("model-versions/set-tag", place | {"key": key, "value": value})
    back = before if not decision.proceeds and _may_put_back(server, before) else None
    if back is not None:
        number = Observation.objects.get(model_version=back).external_id.rpartition("/")[2]
        tracking.write("registered-models/alias", {"name": event.name, "alias": event.alias, "version": number})
        _note_aliases(server, tracking.call("registered-models/get", {"name": event.name}).get("registered_model", {}))
    follow_alias(event.alias, decision, reason=f"Moved at {server.origin}.", actor=actor)
    _follow_alert(event.alias, version, decision, back, actor)
    ending = f" The alias is back on {back}." if back else ""
    return f"{decision.decision} for {version}, which the alias {event.alias} names.{ending}"


def _may_put_back(server: MlflowServer, before: ModelVersion | None) -> bool:
    """Whether an alias may go back: an administrator allowed it, and the version before is known and not blocked itself."""
    return server.restore_aliases and before is not None and gates.deployment_verdict(before).proceeds


def _follow_alert(
    alias: str, version: ModelVersion, decision: GateDecision, back: ModelVersion | None, actor: Actor
) -> None:
    now = timezone.now()
    about = {"model": version.model, "model_version": version, "finding": Alert.Kind.ALIAS}
    title = f"The gate blocks {version}, which MLflow's alias {alias} names."
    if back:
        title = f"The gate blocks {version}, which MLflow's alias {alias} named. The alias is back on {back}."
    parts: dict[str, float | None] = {} if decision.proceeds else dict.fromkeys(decision.reasons)
    details = {"alias": alias, "gate_decision": decision.pk}
    with transaction.atomic():
        standing = unresolved(Alert.objects.filter(**about)).first()
        follow(standing, Evidence(now, now, Finding(parts), title, {}, details), thing=about)
        if back:
            payload = {"alias": alias, "from": version.version, "to": back.version} | {
                "gate": report_of(decision)["message"][:1_000]
            }
            record("model_version.alias_put_back", subject=subject_of(version), actor=actor, payload=payload)


KIND = work.Kind(
    MlflowEvent,
    "registry.handle_mlflow_event",
    lease=timedelta(seconds=120),
    most_attempts=3,
    send_again_after=timedelta(seconds=60),
    end_with=_end_with,
    crashed="Event {pk} failed unexpectedly. The worker's log has the details.",
    too_long="It took too long.",
    used_up="It was given up after {attempts} attempts: each time the worker was lost.",
)
