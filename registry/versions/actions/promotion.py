"""Move a model version from stage to stage, through the promotion gate."""

from __future__ import annotations

from django.db import transaction

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.heads import note_after_commit
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from registry.models import GateDecision, ModelVersion, StageChange
from registry.versions.actions.gates import lock_version, record_decision
from registry.versions.queries import gates
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.gate_reports import report_of
from registry.versions.queries.snapshots import serving_environments
from registry.versions.rules import lifecycle


def promote(version: ModelVersion, to: str, *, actor: Actor) -> GateDecision:
    """Move a version to staging, production or the archive; the gate's decision is recorded whichever way it goes."""
    team = version.model.owner_team.slug
    access.require(access.can_promote(actor, team), f"Only contributors of team {team} can promote its models.")
    if to not in list(lifecycle.Stage):
        raise Invalid(
            [Fault("to", "unknown", f"{to!r} is not a stage to promote to. Choose staging, production or archived.")]
        )
    with transaction.atomic():
        version = lock_version(version)
        if sentence := lifecycle.step_refusal(version.stage, to):
            raise Refused("stage_order", sentence)
        if to == lifecycle.Stage.ARCHIVED and (environments := serving_environments(version)):
            sentence = f"{version} serves in {', '.join(environments)}. Take it away there before you archive it."
            raise Refused("still_serves", sentence)
        verdict = gates.promotion_verdict(version, to, requester=actor.name)
        decision = record_decision(version, GateDecision.Gate.PROMOTION, verdict, actor)
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
        raise Refused("promotion_blocked", "The promotion gate is closed.", detail=report_of(decision))
    return decision
