"""Write what serves: one more revision, its shares and the deployment that brought it, inside the caller's transaction.

The caller holds the model's row (`lock_serving`), so that revisions of a model are written one after the other.
Locks are always taken in this order: the model, the request or rollout, then what the gate decides about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Refused
from registry.models import (
    ChangeRequest,
    Deployment,
    ModelVersion,
    RegisteredModel,
    ServedShare,
    ServingRevision,
)
from registry.serving.queries.changes import Change
from registry.serving.queries.deployments import ServingState, serving_state
from registry.serving.rules.configuration import Configuration
from registry.versions.actions.gates import record_deployment_decision
from registry.versions.queries.audit_subjects import subject_of
from registry.versions.queries.gate_reports import report_of

VERBS: dict[str, str] = {
    Deployment.Kind.CHANGE: "deployment.applied",
    Deployment.Kind.STEP: "deployment.applied",
    Deployment.Kind.ROLLBACK: "deployment.rolled_back",
}


def require_deployer(version: ModelVersion, actor: Actor) -> None:
    """NotAllowed unless the actor may change what serves of this model."""
    team = version.model.owner_team.slug
    access.require(
        access.can_deploy(actor, team), f"Only contributors of team {team} can change what serves for its models."
    )


def lock_serving(version: ModelVersion, environment: str) -> ServingState:
    """What serves now, with the model locked until the transaction ends."""
    RegisteredModel.objects.select_for_update(no_key=True).get(pk=version.model_id)
    return serving_state(version, environment)


def ask_gate(change: Change) -> Change:
    """The change with the deployment gate's decision, which is recorded whichever way it goes.

    The gate decides about the version that leads the change, with the pins it would have. A change that removes all
    traffic is decided too, but not blocked.
    """
    leading = change.leading
    pins = change.head.pins.get(leading.version)
    decision = record_deployment_decision(leading, environment=change.environment, pins=pins, actor=change.actor)
    return change._replace(decision=decision)


def blocked(change: Change) -> Refused:
    """The refusal of a change that the gate blocks, with its conflicts and the ways out."""
    decision = change.decided
    sentence = f"The deployment gate is closed: {' '.join(decision.reasons)}"
    return Refused("deployment_blocked", sentence, detail=report_of(decision) | {"gate_decision": decision.pk})


def write_revision(change: Change) -> Deployment:
    """Let a change serve from now on, and mark requests based on the revision before as stale."""
    now = timezone.now()
    revision = _write_revision(change, now)
    _write_shares(revision, change.head)
    deployment = write_deployment(change, revision, now)
    payload = deployment_payload(deployment, change.head)
    record(VERBS[change.kind], subject=subject_of(change.version), actor=change.actor, payload=payload)
    _outdate_requests(change, revision)
    return deployment


def write_deployment(
    change: Change, revision: ServingRevision, now: datetime, *, rehearsal: bool = False
) -> Deployment:
    """Record who let a revision serve (or rehearsed it), why, and on which gate decision."""
    weights, name = change.head.weights, change.version.version
    return Deployment.objects.create(
        kind=change.kind,
        rehearsal=rehearsal,
        revision=revision,
        model_version=change.version,
        traffic_percent=weights.get(name, 0),
        arrives=not rehearsal and bool(weights.get(name)) and not change.base.weights.get(name),
        gate_decision=change.decided,
        rollout=change.rollout,
        reason=change.reason,
        made_by=change.actor.name,
        made_at=now,
    )


def deployment_payload(deployment: Deployment, head: Configuration) -> dict[str, Any]:
    """The payload of every audit event of a deployment."""
    revision = deployment.revision
    return {
        "deployment": deployment.pk,
        "environment": revision.environment,
        "revision": revision.number,
        "content": head.as_dict(),
        "impact": revision.impact,
        "gate_decision": deployment.gate_decision_id,
        "change_request": revision.covered_by_id,
        "standing_approval": revision.standing_approval_id,
        "fast_lane": revision.fast_lane,
        "rehearsal": deployment.rehearsal,
        "reason": deployment.reason,
    }


def close_request(request: ChangeRequest, state: str, *, actor: Actor, reason: str = "", **details: Any) -> None:
    """End a change request in a state, with its audit event; ``details`` are added to the event's payload."""
    request.state, request.decided_by, request.decided_at = state, actor.name, timezone.now()
    request.decision_reason, request.decided_through = reason, actor.decides_through
    request.save(update_fields=["state", "decided_by", "decided_at", "decision_reason", "decided_through"])
    details |= {"through": request.decided_through} if request.decided_through else {}
    verb = "change_request.outdated" if state == ChangeRequest.State.STALE else f"change_request.{state}"
    record(verb, subject=subject_of(request.model_version), actor=actor, payload=request_payload(request) | details)


def request_payload(request: ChangeRequest) -> dict[str, Any]:
    """The payload of every audit event of a change request."""
    return {
        "change_request": request.pk,
        "model": request.model_version.model.name,
        "environment": request.environment,
        "content": request.content,
        "plan": request.plan,
        "digest": request.digest,
        "impact": request.impact,
        "fast_lane": request.fast_lane,
        "reason": request.decision_reason or request.reason,
        "requested_by": request.requested_by,
    }


def _write_revision(change: Change, now: datetime) -> ServingRevision:
    reach = change.reach
    return ServingRevision.objects.create(
        model=change.version.model,
        environment=change.environment,
        number=(change.serving.number or 0) + 1,
        thresholds=change.head.as_dict()["thresholds"],
        parts=[part.as_dict() for part in reach.parts],
        impact=reach.score,
        covered_by=change.approval,
        standing_approval=change.lane.approval if change.lane else None,
        fast_lane=change.lane.as_dict() if change.lane and change.lane.conditions else None,
        restores=change.restores,
        made_by=change.actor.name,
        made_at=now,
    )


def _write_shares(revision: ServingRevision, head: Configuration) -> None:
    versions = {version.version: version for version in revision.model.versions.filter(version__in=head.weights)}
    pins: Mapping[str, Mapping[str, str]] = head.as_dict()["pins"]
    ServedShare.objects.bulk_create(
        ServedShare(revision=revision, model_version=versions[name], percent=percent, pins=pins.get(name, {}))
        for name, percent in head.weights.items()
    )


def _outdate_requests(change: Change, revision: ServingRevision) -> None:
    """Close waiting requests as stale: they are based on another revision, and approving them would apply something
    other than what was reviewed."""
    waiting = ChangeRequest.objects.filter(
        model=change.version.model_id, environment=change.environment, state=ChangeRequest.State.WAITING
    )
    for request in waiting.select_related("model_version__model"):
        close_request(request, ChangeRequest.State.STALE, actor=SYSTEM, outdated_by=revision.number)
