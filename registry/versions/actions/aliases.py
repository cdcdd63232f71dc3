"""Move an alias of a model to a version, only through the deployment gate; or take it away."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused, Unknown
from registry.models import ModelAlias, ModelVersion, RegisteredModel
from registry.versions.actions.gates import record_deployment_decision
from registry.versions.actions.registration import require_contributor
from registry.versions.queries.gate_reports import report_of
from registry.versions.rules.lifecycle import Stage

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
        RegisteredModel.objects.select_for_update(no_key=True).get(pk=version.model_id)
        before = ModelAlias.objects.select_related("model_version").filter(model=version.model, name=alias).first()
        if before and before.model_version_id == version.pk:
            return before, False
        decision = record_deployment_decision(version, actor=actor)
        if decision.proceeds:
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
            return row, True
    raise Refused(
        "gate_blocked",
        f"The deployment gate blocks {version}, so {alias} stays where it is.",
        detail=report_of(decision),
    )


def remove_alias(model: RegisteredModel, alias: str, *, actor: Actor) -> None:
    """Take an alias away."""
    require_contributor(model, actor)
    with transaction.atomic():
        row = ModelAlias.objects.select_related("model_version").filter(model=model, name=alias).first()
        if row is None:
            raise Unknown(f"{model.name} has no alias {alias}.")
        row.delete()
        payload = {"alias": alias, "version": {"from": row.model_version.version, "to": None}}
        record("model.alias_removed", subject=f"model:{model.name}", actor=actor, payload=payload)
