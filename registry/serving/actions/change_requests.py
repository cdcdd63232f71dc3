"""Decide a waiting change request: by another person, for exactly the content and base that were requested (G8)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, NotAllowed, Refused
from platform_site.people.queries import require_owner
from platform_site.work import for_each
from registry.models import ChangeRequest, Deployment
from registry.serving.actions.revisions import (
    ask_gate,
    blocked,
    close_request,
    lock_serving,
    request_payload,
    require_deployer,
)
from registry.serving.actions.rollouts import apply_change
from registry.serving.queries.changes import Change
from registry.serving.queries.deployments import ServingState
from registry.versions.queries.audit_subjects import subject_of

REMINDED_AFTER = timedelta(days=1)
STALE = "What serves has changed since this was requested. Request the change again; it is then compared with what serves now."


def request_change(change: Change) -> ChangeRequest:
    """Hold a change until another person decides it, inside the transaction of the caller.

    An expired request for the same change is closed first.
    """
    for expired in waiting_for(change).select_related("model_version__model"):
        close_request(expired, ChangeRequest.State.EXPIRED, actor=SYSTEM)
    now, reach = timezone.now(), change.reach
    request = ChangeRequest.objects.create(
        model=change.version.model,
        environment=change.environment,
        model_version=change.version,
        base=change.serving.current,
        content=change.head.as_dict(),
        plan=change.plan,
        digest=change.digest,
        parts=[part.as_dict() for part in reach.parts],
        impact=reach.score,
        gate_decision=change.decision,
        fast_lane=change.lane.as_dict() if change.lane else None,
        reason=change.reason,
        requested_by=change.actor.name,
        requested_at=now,
        expires_at=now + timedelta(days=settings.CHANGE_REQUEST_DAYS),
    )
    payload = request_payload(request)
    record("change_request.requested", subject=subject_of(change.version), actor=change.actor, payload=payload)
    return request


def waiting_for(change: Change) -> QuerySet[ChangeRequest]:
    """The undecided requests for exactly this change, expired ones included."""
    return ChangeRequest.objects.filter(
        model=change.version.model_id,
        environment=change.environment,
        state=ChangeRequest.State.WAITING,
        digest=change.digest,
    )


def approve_change(request: ChangeRequest, *, reason: str = "", digest: str | None = None, actor: Actor) -> Deployment:
    """Let a change serve; by another person than requested it. The gate is asked again, and its decision recorded.

    Refused if it is already decided or expired, is not what was seen (``digest``), the revision it is based on no longer
    serves, or the gate is closed.
    """
    _require_another(request, reason, actor)
    _require_seen(request, digest)
    with transaction.atomic():
        serving, request = _locked(request)
        change = _change_of(request, serving, actor)
        if change.digest != request.digest:  # an approval would apply something other than what was reviewed
            close_request(request, ChangeRequest.State.STALE, actor=SYSTEM)
            refusal = Refused("stale", STALE, detail={"change_request": request.pk})
        else:
            change = ask_gate(change)
            if not change.is_blocked:
                close_request(request, ChangeRequest.State.APPROVED, actor=actor, reason=reason.strip())
                return apply_change(change)
            refusal = blocked(change)
    raise refusal  # outside of the transaction: what was recorded stays


def reject_change(
    request: ChangeRequest, *, reason: str = "", digest: str | None = None, actor: Actor
) -> ChangeRequest:
    """Reject a change request for good; requesting the change again makes a new one."""
    _require_another(request, reason, actor)
    _require_seen(request, digest)
    with transaction.atomic():
        _, request = _locked(request)
        close_request(request, ChangeRequest.State.REJECTED, actor=actor, reason=reason.strip())
    return request


def withdraw_change(request: ChangeRequest, *, reason: str = "", actor: Actor) -> ChangeRequest:
    """Withdraw one's own change request."""
    if actor.name != request.requested_by:
        raise NotAllowed(
            f"Only {request.requested_by}, who requested this change, can withdraw it. Others approve or reject it."
        )
    require_deployer(request.model_version, actor)
    with transaction.atomic():
        _, request = _locked(request)
        close_request(request, ChangeRequest.State.WITHDRAWN, actor=actor, reason=reason.strip())
    return request


def expire_and_remind() -> int:
    """Close expired requests, and send one reminder for those that have waited a day; return how many changed."""
    now = timezone.now()
    waiting = ChangeRequest.objects.filter(state=ChangeRequest.State.WAITING)
    expired = waiting.filter(expires_at__lte=now)
    count = for_each(expired.values_list("pk", flat=True), _expire)
    long = waiting.filter(expires_at__gt=now, requested_at__lte=now - REMINDED_AFTER, reminded_at=None)
    return count + for_each(long.values_list("pk", flat=True), _remind)


def _require_seen(request: ChangeRequest, digest: str | None) -> None:
    """Refused where the digest of what was seen is given and the request, which never changes, has another."""
    if digest is not None and digest != request.digest:
        sentence = (
            f"The digest is that of another change. Change request {request.pk} has {request.digest}: read it again."
        )
        raise Refused("stale", sentence, detail={"change_request": request.pk, "digest": request.digest})


def _require_another(request: ChangeRequest, reason: str, actor: Actor) -> None:
    access.require_another(
        actor, request.requested_by, "You requested this change, so another person has to decide it."
    )
    access.require(access.can_approve(actor, request.requested_by), "Only approvers decide change requests.")
    require_owner(request.requested_by)
    if len(reason) > 4_000:
        raise Invalid(
            [Fault("reason", "too_long", f"The reason has {len(reason):,} characters; at most 4,000 are allowed.")]
        )


def _locked(request: ChangeRequest) -> tuple[ServingState, ChangeRequest]:
    """What serves and the request as of now, both locked; Refused unless the request is waiting."""
    serving = lock_serving(request.model_version, request.environment)
    request = (
        ChangeRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("model_version__model__owner_team", "base")
        .get(pk=request.pk)
    )
    if request.state == ChangeRequest.State.STALE:
        raise Refused("stale", STALE, detail={"change_request": request.pk})
    if request.state != ChangeRequest.State.WAITING:
        by = f", by {request.decided_by}" if request.decided_by else ""
        raise Refused("change_request_decided", f"Change request {request.pk} is already {request.state}{by}.")
    if request.is_over:
        raise Refused("change_request_expired", f"Change request {request.pk} has expired. Request the change again.")
    return serving, request


def _change_of(request: ChangeRequest, serving: ServingState, actor: Actor) -> Change:
    """The change that an approval would apply now."""
    return Change(
        serving,
        request.model_version,
        request.environment,
        request.configuration,
        actor,
        request.reason,
        request.plan,
        approval=request,
    )


def _expire(pk: int) -> bool:
    with transaction.atomic():
        request = _still_waiting(pk)
        if request is not None:
            close_request(request, ChangeRequest.State.EXPIRED, actor=SYSTEM)
    return request is not None


def _remind(pk: int) -> bool:
    with transaction.atomic():
        request = _still_waiting(pk)
        if request is not None:
            request.reminded_at = timezone.now()
            request.save(update_fields=["reminded_at"])
            payload = request_payload(request) | {"until": request.expires_at.isoformat()}
            record("change_request.reminded", subject=subject_of(request.model_version), actor=SYSTEM, payload=payload)
    return request is not None


def _still_waiting(pk: int) -> ChangeRequest | None:
    waiting = ChangeRequest.objects.select_for_update(of=("self",), no_key=True).select_related("model_version__model")
    return waiting.filter(pk=pk, state=ChangeRequest.State.WAITING).first()
