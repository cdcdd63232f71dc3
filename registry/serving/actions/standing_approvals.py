"""Request, decide and end standing approvals, and enter the fast lane under one (G7b)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, NotAllowed, Refused
from platform_site.people.queries import require_owner
from registry.models import RegisteredModel, StandingApproval
from registry.serving.queries.changes import Change
from registry.serving.queries.standing_approvals import State, baseline_of, lane_of, policies_in_force
from registry.serving.rules.configuration import environment_problem
from registry.serving.rules.fast_lane import DEFAULT_POINTS, LONGEST_DAYS
from registry.serving.rules.limits import limit_faults, parse_limit

REGULATED = (
    "{model} is regulated, so it has no fast lane: a person looks at each change of what decides about people, and an "
    "auditor asks who did."
)
STALE = "What this standing approval rests on has changed since it was requested. Request it again."


def request_standing_approval(
    model: RegisteredModel,
    *,
    environment: str,
    limits: Sequence[Mapping[str, Any]],
    until: datetime,
    most_points: int = DEFAULT_POINTS,
    same_recipe: bool = True,
    reason: str = "",
    actor: Actor,
) -> StandingApproval:
    """Request that another person approves retrained versions in advance. One that waits is withdrawn for it; the same
    request again changes nothing. Invalid with every fault; Refused for a regulated model."""
    _require_team(model, actor)
    if faults := _faults(environment, limits, until, most_points, reason):
        raise Invalid(faults)
    with transaction.atomic():
        model = _locked_model(model)
        if model.regulated:
            raise Refused("regulated", REGULATED.format(model=model.name))
        terms = {
            "limits": [parse_limit(limit).as_dict() for limit in limits],
            "most_points": most_points,
            "same_recipe": same_recipe,
            "policies": policies_in_force(model),
            "baseline": _baseline(model, environment),
        }
        digest = _digest({"model": model.name, "environment": environment, "until": until.isoformat()} | terms)
        waits = StandingApproval.objects.filter(model=model, environment=environment, state=State.WAITING).first()
        if waits and waits.digest == digest and waits.requested_by == actor.name:
            return waits
        if waits:
            _end(waits, State.WITHDRAWN, "Requested again.", actor)
        request = StandingApproval.objects.create(
            model=model,
            environment=environment,
            **terms,
            digest=digest,
            reason=reason.strip(),
            requested_by=actor.name,
            requested_at=timezone.now(),
            until=until,
        )
        _record("requested", request, actor)
    return request


def approve_standing_approval(
    request: StandingApproval, *, reason: str = "", digest: str | None = None, actor: Actor
) -> StandingApproval:
    """Approve in advance, as another person than requested it; what was in force before is replaced. Refused if it was
    decided or expired, is not what was seen (``digest``), or the policies changed since the request."""
    _require_another(request, reason, actor)
    with transaction.atomic():
        model = _locked_model(request.model)
        request = _locked_waiting(request, digest)
        if model.regulated:
            raise Refused("regulated", REGULATED.format(model=model.name))
        if policies_in_force(model) != sorted(request.policies):
            raise Refused("stale", STALE)
        for before in _locked().filter(model=model, environment=request.environment, state=State.APPROVED):
            _end(before, State.REPLACED, f"Replaced by standing approval {request.pk}.", actor)
        _decide(request, State.APPROVED, reason, actor)
    return request


def reject_standing_approval(
    request: StandingApproval, *, reason: str = "", digest: str | None = None, actor: Actor
) -> StandingApproval:
    """Reject a standing approval for good: requesting it again makes a new one."""
    _require_another(request, reason, actor)
    with transaction.atomic():
        request = _locked_waiting(request, digest)
        _decide(request, State.REJECTED, reason, actor)
    return request


def revoke_standing_approval(approval: StandingApproval, *, reason: str = "", actor: Actor) -> StandingApproval:
    """End a standing approval at once: any approver, or its team. What it let serve stays; the next change waits again."""
    team = approval.model.owner_team.slug
    access.require(
        access.can_revoke_standing_approval(actor, team),
        f"Only approvers and contributors of team {team} can revoke this standing approval.",
    )
    if faults := _reason_faults(reason):
        raise Invalid(faults)
    with transaction.atomic():
        approval = _locked().get(pk=approval.pk)
        if approval.state != State.APPROVED:
            raise Refused(
                "standing_approval_ended", f"Standing approval {approval.pk} is {approval.word}, not in force."
            )
        _end(approval, State.REVOKED, reason.strip(), actor)
    return approval


def withdraw_standing_approval(request: StandingApproval, *, reason: str = "", actor: Actor) -> StandingApproval:
    """Withdraw a request that waits, as its team."""
    _require_team(request.model, actor)
    with transaction.atomic():
        request = _locked_waiting(request, None)
        _end(request, State.WITHDRAWN, reason.strip(), actor)
    return request


def enter_fast_lane(change: Change) -> Change:
    """The change with the standing approval for its model and environment and every condition, met or not; as it is where
    none is in force. Inside the transaction of the caller, which holds the model: a revocation waits for it or it for that."""
    standing = _locked().filter(
        model=change.version.model_id, environment=change.environment, state=State.APPROVED, until__gt=timezone.now()
    )
    approval = standing.first()
    return change if approval is None else change._replace(lane=lane_of(change, approval))


def _faults(environment: str, limits: Any, until: datetime, most_points: int, reason: str) -> list[Fault]:
    faults = [Fault(*fault) for fault in limit_faults([*limits] if isinstance(limits, Sequence) else limits)]
    if message := environment_problem(environment):
        faults.append(Fault("environment", "malformed", message))
    now = timezone.now()
    if not now < until <= now + timedelta(days=LONGEST_DAYS):
        message = f"{until:%Y-%m-%d %H:%M} UTC is not within the next {LONGEST_DAYS} days."
        faults.append(Fault("until", "out_of_range", message))
    if not 1 <= most_points <= 100:
        message = f"{most_points} is not a number of points from 1 to 100."
        faults.append(Fault("most_points", "out_of_range", message))
    return faults + _reason_faults(reason)


def _reason_faults(reason: str) -> list[Fault]:
    if len(reason) <= 4_000:
        return []
    message = f"The reason has {len(reason):,} characters; at most 4,000 are allowed."
    return [Fault("reason", "too_long", message)]


def _baseline(model: RegisteredModel, environment: str) -> dict[str, Any]:
    baseline = baseline_of(model, environment)
    if baseline is None:
        message = f"No version of {model.name} has traffic in {environment}, so there is nothing to compare with."
        raise Invalid([Fault("environment", "nothing_serves", message)])
    return baseline


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _require_team(model: RegisteredModel, actor: Actor) -> None:
    team = model.owner_team.slug
    access.require(
        access.can_deploy(actor, team), f"Only contributors of team {team} can request a fast lane for its models."
    )


def _require_another(request: StandingApproval, reason: str, actor: Actor) -> None:
    sentence = "You requested this standing approval, so another person has to decide it."
    access.require_another(actor, request.requested_by, sentence)
    if not access.can_approve(actor, request.requested_by):
        raise NotAllowed("Only approvers decide standing approvals.")
    require_owner(request.requested_by)
    if faults := _reason_faults(reason):
        raise Invalid(faults)


def _locked_model(model: RegisteredModel) -> RegisteredModel:
    rows = RegisteredModel.objects.select_for_update(of=("self",), no_key=True).select_related("owner_team")
    return rows.get(pk=model.pk)


def _locked() -> Any:
    rows = StandingApproval.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("model__owner_team")


def _locked_waiting(request: StandingApproval, digest: str | None) -> StandingApproval:
    request = _locked().get(pk=request.pk)
    if request.state != State.WAITING or request.is_over:
        by = f", by {request.decided_by}" if request.decided_by else ""
        raise Refused("standing_approval_decided", f"Standing approval {request.pk} is already {request.word}{by}.")
    if digest is not None and digest != request.digest:
        raise Refused("stale", STALE)
    return request


def _decide(request: StandingApproval, state: str, reason: str, actor: Actor) -> None:
    request.state, request.decided_by, request.decided_at = state, actor.name, timezone.now()
    request.decided_through, request.decision_reason = actor.decides_through, reason.strip()
    request.save(update_fields=["state", "decided_by", "decided_at", "decided_through", "decision_reason"])
    _record(state, request, actor, through=request.decided_through)


def _end(approval: StandingApproval, state: str, reason: str, actor: Actor) -> None:
    approval.state, approval.ended_by, approval.ended_at, approval.end_reason = (
        state,
        actor.name,
        timezone.now(),
        reason,
    )
    approval.save(update_fields=["state", "ended_by", "ended_at", "end_reason"])
    _record(state, approval, actor)


def _record(verb: str, approval: StandingApproval, actor: Actor, *, through: str = "") -> None:
    payload = {
        "standing_approval": approval.pk,
        "model": approval.model.name,
        "environment": approval.environment,
        "limits": approval.limits,
        "most_points": approval.most_points,
        "same_recipe": approval.same_recipe,
        "policies": approval.policies,
        "baseline": approval.baseline["version"],
        "digest": approval.digest,
        "until": approval.until.isoformat(timespec="seconds"),
        "requested_by": approval.requested_by,
        "reason": approval.end_reason or approval.decision_reason or approval.reason,
    }
    payload |= {"through": through} if through else {}
    record(f"standing_approval.{verb}", subject=f"model:{approval.model.name}", actor=actor, payload=payload)
