"""Write what serves: one more revision, its shares and the deployment that brought it, inside the caller's transaction.

Whoever calls holds the model's row (`lock_line`), so that revisions of a model follow each other one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import timezone

from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Refused
from registry.actions.gates import keep_decision, lock_to_decide
from registry.domain.serving_config import Configuration, Impact
from registry.models import (
    ChangeRequest,
    Deployment,
    GateDecision,
    ModelVersion,
    RegisteredModel,
    Rollout,
    ServedShare,
    ServingRevision,
)
from registry.queries import gates
from registry.queries.proposals import Line, leading_version, line_of
from registry.queries.subjects import subject_of

VERBS = {
    Deployment.Kind.CHANGE: "deployment.applied",
    Deployment.Kind.STEP: "deployment.applied",
    Deployment.Kind.ROLLBACK: "deployment.rolled_back",
}


class Origin(NamedTuple):
    """Where a revision comes from: the approval it stands on, the revision it restores, the rollout it is a step of."""

    kind: str
    covered_by: ChangeRequest | None = None
    restores: ServingRevision | None = None
    rollout: Rollout | None = None
    reason: str = ""


def lock_line(version: ModelVersion, environment: str) -> Line:
    """The line as it is now, held until the transaction ends."""
    RegisteredModel.objects.select_for_update(no_key=True).get(pk=version.model_id)
    return line_of(version, environment)


def ask_gate(version: ModelVersion, environment: str, head: Configuration, base: Configuration, actor: Actor) -> Any:
    """The deployment gate's recorded decision on the version that leads a change, at the pins it would have.

    That is the version asked for while it serves, else the one that gains most; without any traffic the gate still
    speaks, and closes nothing.
    """
    leading = lock_to_decide(leading_version(version, head, base))
    verdict = gates.deployment_verdict(leading, environment=environment, pins=head.pins.get(leading.version))
    return keep_decision(leading, GateDecision.Gate.DEPLOYMENT, verdict, actor)


def closes(decision: GateDecision, head: Configuration) -> bool:
    """Whether a decision stands in the way: taking all traffic away is never stopped."""
    return bool(head.weights) and not decision.proceeds


def blocked(decision: GateDecision) -> Refused:
    """The refusal of a change that the gate does not let through, with its conflicts and the ways out."""
    sentence = f"The deployment gate is closed: {' '.join(decision.reasons)}"
    return Refused("deployment_blocked", sentence, detail=decision.as_dict() | {"gate_decision": decision.pk})


def write_revision(
    line: Line,
    version: ModelVersion,
    environment: str,
    head: Configuration,
    *,
    reach: Impact,
    decision: GateDecision,
    origin: Origin,
    actor: Actor,
) -> Deployment:
    """Let a configuration serve from now on, and outdate the requests that were upon the one before."""
    now = timezone.now()
    revision = ServingRevision.objects.create(
        model=version.model,
        environment=environment,
        number=line.next_number,
        thresholds=head.as_dict()["thresholds"],
        parts=[part.as_dict() for part in reach.parts],
        impact=reach.score,
        covered_by=origin.covered_by,
        restores=origin.restores,
        made_by=actor.name,
        made_at=now,
    )
    _write_shares(revision, head)
    deployment = Deployment.objects.create(
        kind=origin.kind,
        revision=revision,
        model_version=version,
        traffic_percent=head.weights.get(version.version, 0),
        arrives=version.version in head.weights and version.version not in line.configuration.weights,
        gate_decision=decision,
        rollout=origin.rollout,
        reason=origin.reason,
        made_by=actor.name,
        made_at=now,
    )
    record(VERBS[origin.kind], subject=subject_of(version), actor=actor, payload=told_of(deployment, head))
    _outdate(version, environment, revision)
    return deployment


def told_of(deployment: Deployment, head: Configuration) -> dict[str, Any]:
    """What every event of a deployment says."""
    revision = deployment.revision
    return {
        "deployment": deployment.pk,
        "environment": revision.environment,
        "revision": revision.number,
        "content": head.as_dict(),
        "impact": revision.impact,
        "gate_decision": deployment.gate_decision_id,
        "change_request": revision.covered_by_id,
        "rehearsal": deployment.rehearsal,
        "reason": deployment.reason,
    }


def _write_shares(revision: ServingRevision, head: Configuration) -> None:
    versions = {one.version: one for one in revision.model.versions.filter(version__in=head.weights)}
    pins: Mapping[str, Mapping[str, str]] = head.as_dict()["pins"]
    ServedShare.objects.bulk_create(
        ServedShare(revision=revision, model_version=versions[name], percent=percent, pins=pins.get(name, {}))
        for name, percent in head.weights.items()
        if percent
    )


def _outdate(version: ModelVersion, environment: str, revision: ServingRevision) -> None:
    """Whatever waits was asked for upon another revision: an approval would be of something else than was seen."""
    waiting = ChangeRequest.objects.filter(
        model=version.model_id, environment=environment, state=ChangeRequest.State.WAITING
    )
    for request in waiting.select_related("model_version__model"):
        end_request(request, ChangeRequest.State.STALE, actor=SYSTEM, told={"outdated_by": revision.number})


def end_request(request: ChangeRequest, state: str, *, actor: Actor, told: Mapping[str, Any], reason: str = "") -> None:
    """Close a request, with its event."""
    request.state, request.decided_by, request.decided_at = state, actor.name, timezone.now()
    request.decision_reason = reason
    request.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    verb = {ChangeRequest.State.STALE: "change_request.outdated"}.get(state, f"change_request.{state}")
    record(verb, subject=subject_of(request.model_version), actor=actor, payload=told_of_request(request) | dict(told))


def told_of_request(request: ChangeRequest) -> dict[str, Any]:
    """What every event of a request says."""
    return {
        "change_request": request.pk,
        "model": request.model_version.model.name,
        "environment": request.environment,
        "content": request.content,
        "plan": request.plan,
        "digest": request.digest,
        "impact": request.impact,
        "reason": request.decision_reason or request.reason,
        "requested_by": request.requested_by,
    }
