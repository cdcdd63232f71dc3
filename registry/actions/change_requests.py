"""Decide a change that waits: by another person, for exactly the content and the base that were asked for (G8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, NotAllowed, Refused
from registry.actions import rollouts
from registry.actions.deployments import require_deployer
from registry.actions.revisions import (
    Origin,
    ask_gate,
    blocked,
    closes,
    end_request,
    lock_line,
    told_of_request,
    write_revision,
)
from registry.domain.serving_config import digest, impact
from registry.models import ChangeRequest, Deployment
from registry.queries.proposals import Line
from registry.queries.subjects import subject_of

REMINDED_AFTER = timedelta(days=1)
STALE = "What serves has changed since this was asked for: ask again, and it will be held against what serves now."


def approve_change(request: ChangeRequest, *, reason: str = "", actor: Actor) -> Deployment:
    """Let a change serve; by another person than asked for it. The gate is asked again, and its decision kept.

    Refused when it is decided already, its time is over, what it was asked upon serves no more, or the gate is closed.
    """
    _require_another(request, reason, actor)
    with transaction.atomic():
        line, request = _locked(request)
        if _has_moved(request, line):
            end_request(request, ChangeRequest.State.STALE, actor=SYSTEM, told={})
            refusal = Refused("stale", STALE, detail={"change_request": request.pk})
        else:
            head = request.configuration
            decision = ask_gate(request.model_version, request.environment, head, line.configuration, actor)
            if not closes(decision, head):
                return _apply(line, request, decision, reason, actor)
            refusal = blocked(decision)
    raise refusal


def reject_change(request: ChangeRequest, *, reason: str = "", actor: Actor) -> ChangeRequest:
    """Say no, for good: asking again is a new request."""
    _require_another(request, reason, actor)
    with transaction.atomic():
        _, request = _locked(request)
        end_request(request, ChangeRequest.State.REJECTED, actor=actor, told={}, reason=reason.strip())
    return request


def withdraw_change(request: ChangeRequest, *, reason: str = "", actor: Actor) -> ChangeRequest:
    """Take back what one asked for oneself."""
    if actor.name != request.requested_by:
        raise NotAllowed("Only whoever asked for a change takes it back; others approve or reject it.")
    require_deployer(request.model_version, actor)
    with transaction.atomic():
        _, request = _locked(request)
        end_request(request, ChangeRequest.State.WITHDRAWN, actor=actor, told={}, reason=reason.strip())
    return request


def look_after_waiting() -> int:
    """Close what nobody decided in time, remind once of what waits for a day; how many were touched."""
    now = timezone.now()
    waiting = ChangeRequest.objects.filter(state=ChangeRequest.State.WAITING)
    touched = [_expire(pk) for pk in waiting.filter(expires_at__lte=now).values_list("pk", flat=True)]
    long = waiting.filter(expires_at__gt=now, requested_at__lte=now - REMINDED_AFTER, reminded_at=None)
    touched += [_remind(pk) for pk in long.values_list("pk", flat=True)]
    return sum(touched)


def _require_another(request: ChangeRequest, reason: str, actor: Actor) -> None:
    if actor.name == request.requested_by:
        raise NotAllowed("Whoever asked for a change does not decide it: ask another person.", code="own_request")
    access.require(access.can_approve(actor, request.requested_by), "Only approvers decide changes.")
    if len(reason) > 4_000:
        raise Invalid([Fault("reason", "too_long", "Give at most 4000 characters.")])


def _locked(request: ChangeRequest) -> tuple[Line, ChangeRequest]:
    """The line and the request as they are now, held; Refused unless it waits."""
    line = lock_line(request.model_version, request.environment)
    request = (
        ChangeRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("model_version__model__owner_team", "base")
        .get(pk=request.pk)
    )
    if request.state == ChangeRequest.State.STALE:
        raise Refused("stale", STALE, detail={"change_request": request.pk})
    if request.state != ChangeRequest.State.WAITING:
        by = f", by {request.decided_by}" if request.decided_by else ""
        raise Refused("change_request_decided", f"It is {request.state} already{by}.")
    if request.is_over:
        raise Refused("change_request_expired", "Its time is over: ask again.")
    return line, request


def _has_moved(request: ChangeRequest, line: Line) -> bool:
    """Whether what was asked for is no longer what an approval would bring about."""
    current = line.current.number if line.current else None
    return request.digest != digest(request.configuration, base=current, plan=request.plan)


def _apply(line: Line, request: ChangeRequest, decision: Any, reason: str, actor: Actor) -> Deployment:
    end_request(request, ChangeRequest.State.APPROVED, actor=actor, told={}, reason=reason.strip())
    head, version = request.configuration, request.model_version
    if request.plan:
        plan = rollouts.Plan(version, request.environment, head, request.plan, request)
        return rollouts.begin(line, plan, decision=decision, reason=request.reason, actor=actor)
    return write_revision(
        line,
        version,
        request.environment,
        head,
        reach=impact(line.configuration, head, line.approved_configuration),
        decision=decision,
        origin=Origin(Deployment.Kind.CHANGE, request, reason=request.reason),
        actor=actor,
    )


def _expire(pk: int) -> bool:
    with transaction.atomic():
        request = _still_waiting(pk)
        if request is not None:
            end_request(request, ChangeRequest.State.EXPIRED, actor=SYSTEM, told={})
    return request is not None


def _remind(pk: int) -> bool:
    with transaction.atomic():
        request = _still_waiting(pk)
        if request is not None:
            request.reminded_at = timezone.now()
            request.save(update_fields=["reminded_at"])
            payload = told_of_request(request) | {"until": request.expires_at.isoformat()}
            record("change_request.reminded", subject=subject_of(request.model_version), actor=SYSTEM, payload=payload)
    return request is not None


def _still_waiting(pk: int) -> ChangeRequest | None:
    waiting = ChangeRequest.objects.select_for_update(of=("self",), no_key=True).select_related("model_version__model")
    return waiting.filter(pk=pk, state=ChangeRequest.State.WAITING).first()
