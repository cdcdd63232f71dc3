"""Move a model version from stage to stage, through the promotion gate."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.heads import note_after_commit
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from registry.models import ApprovalRequest, GateDecision, ModelVersion, StageChange
from registry.versions.actions.approval_requests import (
    STALE,
    close,
    promotion_digest,
    request_promotion,
    waiting_for,
)
from registry.versions.actions.gates import lock_version, record_decision
from registry.versions.queries import gates
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.gate_reports import report_of
from registry.versions.queries.registration import missing_of
from registry.versions.queries.snapshots import serving_environments
from registry.versions.rules import lifecycle, observed


def promote(version: ModelVersion, to: str, *, reason: str = "", actor: Actor) -> GateDecision | ApprovalRequest:
    """Move a version to staging, production or the archive; the gate's decision is recorded whichever way it goes.

    A version of a regulated model enters production once another person approved it: the request is returned.
    """
    team = version.model.owner_team.slug
    access.require(access.can_promote(actor, team), f"Only contributors of team {team} can promote its models.")
    if to not in list(lifecycle.Stage):
        raise Invalid(
            [Fault("to", "unknown", f"{to!r} is not a stage to promote to. Choose staging, production or archived.")]
        )
    with transaction.atomic():
        version = lock_version(version)
        _require_step(version, to)
        decision = _decide(version, to, actor)
        if decision.proceeds:
            if version.model.regulated and to == lifecycle.Stage.PRODUCTION:
                return request_promotion(decision, to, reason.strip(), actor)
            _move(version, to, decision, changed_by=actor.name, actor=actor)
    if not decision.proceeds:
        raise _blocked(decision)
    return decision


def promote_approved(request: ApprovalRequest, *, reason: str, actor: Actor) -> Refused | None:
    """Promote the version that another person requested, inside the transaction of the caller.

    The gate is asked again. Returned is why it was not promoted: what the gate sees is another than was shown, and the
    request is stale, or the gate is closed, and the request waits.
    """
    version = lock_version(cast(ModelVersion, request.model_version))
    to = request.content["to"]
    if lifecycle.step_refusal(version.stage, to):
        return _stale(request)
    decision = _decide(version, to, actor)
    if not decision.proceeds:
        return _blocked(decision)
    if promotion_digest(decision, to) != request.digest:
        return _stale(request)
    close(request, ApprovalRequest.State.APPROVED, actor=actor, reason=reason)
    _move(version, to, decision, changed_by=request.requested_by, approved_by=actor.name, actor=actor)
    return None


def _require_step(version: ModelVersion, to: str) -> None:
    if (missing := missing_of(version)) is not None and to != lifecycle.Stage.ARCHIVED:
        sentence = f"{version} is observed and cannot be promoted yet. {observed.sentence(missing)}."
        raise Refused("stage_order", sentence, detail={"missing_parts": [part._asdict() for part in missing]})
    if refusal := lifecycle.step_refusal(version.stage, to):
        raise Refused("stage_order", refusal)
    if to == lifecycle.Stage.ARCHIVED and (environments := serving_environments(version)):
        sentence = f"{version} serves in {', '.join(environments)}. Take it away there before you archive it."
        raise Refused("still_serves", sentence)


def _decide(version: ModelVersion, to: str, actor: Actor) -> GateDecision:
    verdict = gates.promotion_verdict(version, to, requester=actor.name)
    return record_decision(version, GateDecision.Gate.PROMOTION, verdict, actor)


def _move(
    version: ModelVersion, to: str, decision: GateDecision, *, changed_by: str, approved_by: str = "", actor: Actor
) -> None:
    """Enter the stage, with what says when, by whom and on which decision; requests about the step before end."""
    before, version.stage = version.stage, to
    version.save(update_fields=["stage"])
    StageChange.objects.create(
        model_version=version,
        before=before,
        after=to,
        gate_decision=decision,
        changed_by=changed_by,
        changed_at=decision.decided_at,
        approved_by=approved_by,
    )
    for pending in waiting_for(version):
        close(pending, ApprovalRequest.State.STALE, actor=SYSTEM)
    payload: dict[str, Any] = {"from": before, "to": to, "gate_decision": decision.pk}
    if approved_by:
        payload |= {"requested_by": changed_by, "approved_by": approved_by}
    record("model_version.promoted", subject=subject_of(version), actor=actor, payload=payload)
    note_after_commit()


def _blocked(decision: GateDecision) -> Refused:
    return Refused("promotion_blocked", "The promotion gate is closed.", detail=report_of(decision))


def _stale(request: ApprovalRequest) -> Refused:
    close(request, ApprovalRequest.State.STALE, actor=SYSTEM)
    return Refused("stale", STALE, detail={"approval_request": request.pk})
