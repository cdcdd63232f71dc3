"""Move a model version from stage to stage, through the promotion gate."""

from __future__ import annotations

from django.db import transaction

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.heads import note_after_commit
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from registry.models import GateDecision, ModelVersion, StageChange
from registry.serving.queries.deployments import where_it_serves
from registry.versions.actions.gates import keep_decision, lock_to_decide
from registry.versions.queries import gates
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.rules import lifecycle


def promote(version: ModelVersion, to: str, *, actor: Actor) -> GateDecision:
    """Move a version to staging, production or the archive; the gate's decision is kept whichever way it goes."""
    team = version.model.owner_team.slug
    access.require(access.can_promote(actor, team), f"Only contributors of team {team} promote its models.")
    if to not in list(lifecycle.Stage):
        raise Invalid([Fault("to", "unknown", f"{to!r} is no stage: choose staging, production or archived.")])
    with transaction.atomic():
        version = lock_to_decide(version)
        refused = lifecycle.step_refused(version.stage, to)
        if refused:
            raise Refused("stage_order", refused)
        if to == lifecycle.Stage.ARCHIVED and (serves := _serves_in(version)):
            raise Refused("still_serves", f"It serves in {serves}: take its traffic away before it is archived.")
        verdict = gates.promotion_verdict(version, to)
        decision = keep_decision(version, GateDecision.Gate.PROMOTION, verdict, actor)
        if decision.proceeds:
            before, version.stage = version.stage, to
            version.save(update_fields=["stage"])
            StageChange.objects.create(
                model_version=version,
                before=before,
                after=to,
                gate_decision=decision,
                changed_by=actor.name,
                changed_at=decision.decided_at,
            )
            payload = {"from": before, "to": to, "gate_decision": decision.pk}
            record("model_version.promoted", subject=subject_of(version), actor=actor, payload=payload)
            note_after_commit()
    if not decision.proceeds:
        raise Refused("promotion_blocked", "The promotion gate is closed.", detail=decision.as_dict())
    return decision


def _serves_in(version: ModelVersion) -> str:
    return ", ".join(share.revision.environment for share in where_it_serves(version))
