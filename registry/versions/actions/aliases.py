"""Move an alias of a model to a version, only through the deployment gate; or take it away.

An alias of a model that comes from MLflow is one alias: a move here is written there, and a move there is followed here.
"""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused, Unknown
from registry.models import GateDecision, ModelAlias, ModelVersion, RegisteredModel
from registry.versions.actions.gates import record_deployment_decision
from registry.versions.actions.registration import require_contributor
from registry.versions.queries.gate_reports import report_of
from registry.versions.rules.lifecycle import Stage
from registry.versions.signals import alias_moved

NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}\Z")
NAME_SENTENCE = "Write a lower-case letter, then lower-case letters, digits, _ and -, at most 63 in all."


def set_alias(version: ModelVersion, alias: str, *, reason: str = "", actor: Actor) -> tuple[ModelAlias, bool]:
    """Let an alias name this version; the alias, and whether it moved. Where it is there already nothing is decided.

    Refused (`gate_blocked`) where the deployment gate blocks the version; the decision is on record either way.
    """
    require_contributor(version.model, actor)
    faults = (
        [] if NAME.match(alias) else [Fault("alias", "malformed", f"{alias[:80]!r} is not an alias. {NAME_SENTENCE}")]
    )
    if version.stage == Stage.ARCHIVED:
        faults.append(Fault("version", "archived", f"{version.version} is archived. Choose another version."))
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        before = _held(version.model, alias)
        if before and before.model_version_id == version.pk:
            return before, False
        decision = record_deployment_decision(version, actor=actor)
        if decision.proceeds:
            row = _move(before, alias, decision, reason, actor)
            holder = before.model_version if before else None
            alias_moved.send(None, version=version, before=holder, alias=alias, actor=actor)
            return row, True
    raise Refused(
        "gate_blocked",
        f"The deployment gate blocks {version}, so {alias} stays where it is.",
        detail=report_of(decision),
    )


def follow_alias(alias: str, decision: GateDecision, *, reason: str, actor: Actor) -> ModelAlias | None:
    """Let an alias name here what it names at its origin, where the gate let that version through; None where nothing moved."""
    with transaction.atomic():
        before = _held(decision.model_version.model, alias)
        if not decision.proceeds or (before and before.model_version_id == decision.model_version_id):
            return None
        return _move(before, alias, decision, reason, actor)


def remove_alias(model: RegisteredModel, alias: str, *, actor: Actor) -> None:
    """Take an alias away."""
    require_contributor(model, actor)
    with transaction.atomic():
        row = _held(model, alias)
        if row is None:
            raise Unknown(f"{model.name} has no alias {alias}.")
        forget_alias(row, actor=actor)
        alias_moved.send(None, version=None, before=row.model_version, alias=alias, actor=actor)


def forget_alias(row: ModelAlias, *, actor: Actor) -> None:
    """Take an alias away that is gone at its origin too."""
    with transaction.atomic():
        row.delete()
        payload = {"alias": row.name, "version": {"from": row.model_version.version, "to": None}}
        record("model.alias_removed", subject=f"model:{row.model.name}", actor=actor, payload=payload)


def _held(model: RegisteredModel, alias: str) -> ModelAlias | None:
    """The alias as it is, with its model locked, so that moves take turns."""
    RegisteredModel.objects.select_for_update(no_key=True).get(pk=model.pk)
    rows = ModelAlias.objects.select_related("model", "model_version").filter(model=model, name=alias)
    return rows.first()


def _move(before: ModelAlias | None, alias: str, decision: GateDecision, reason: str, actor: Actor) -> ModelAlias:
    version = decision.model_version
    content = {
        "model_version": version,
        "gate_decision": decision,
        "moved_by": actor.name,
        "moved_at": timezone.now(),
    }
    row, _ = ModelAlias.objects.update_or_create(model=version.model, name=alias, defaults=content)
    sides = {"from": before.model_version.version if before else None, "to": version.version}
    payload = {"alias": alias, "version": sides, "reason": reason, "gate_decision": decision.pk}
    record("model.alias_moved", subject=f"model:{version.model.name}", actor=actor, payload=payload)
    return row
