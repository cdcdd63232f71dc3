"""Decide an approval request: by another person with the role, for exactly what was requested (G6)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.errors import NotAllowed, Refused
from platform_site.people.queries import require_owner
from platform_site.work import for_each
from registry.models import ApprovalRequest
from registry.versions.actions.approval_requests import STALE, State, close
from registry.versions.actions.gate_settings import save_approved_settings
from registry.versions.actions.policies import save_approved
from registry.versions.actions.promotion import promote_approved
from registry.versions.queries import policies

OWN = "You requested this, so another person has to decide it."
ONLY_APPROVERS = "Only approvers decide approval requests."
ONLY_ITS_TEAM = (
    "This policy applies to other teams' models. Only approvers and leads of the team that owns it decide about it."
)


def approve_request(request: ApprovalRequest, *, reason: str = "", actor: Actor) -> ApprovalRequest:
    """Save the policy or the gate settings, or promote the version, that another person requested.

    Refused if it was decided or has expired, and if the policy, the settings, or what the gate sees, is another than was
    shown.
    """
    _require_another(request, actor)
    with transaction.atomic():
        _require_open(request)
        if request.policy:
            refusal = _save(request, reason.strip(), actor)
        elif request.kind == ApprovalRequest.Kind.SETTINGS:
            refusal = save_approved_settings(request, reason=reason.strip(), actor=actor)
        else:
            refusal = promote_approved(request, reason=reason.strip(), actor=actor)
    if refusal:
        raise refusal  # outside of the transaction: what was recorded stays
    return request


def reject_request(request: ApprovalRequest, *, reason: str = "", actor: Actor) -> ApprovalRequest:
    """Reject a request, for good."""
    _require_another(request, actor)
    with transaction.atomic():
        _require_open(request)
        close(request, State.REJECTED, actor=actor, reason=reason.strip())
    return request


def withdraw_request(request: ApprovalRequest, *, reason: str = "", actor: Actor) -> ApprovalRequest:
    """Withdraw one's own request."""
    if actor.name != request.requested_by:
        raise NotAllowed(f"Only {request.requested_by}, who requested this, can withdraw it. Others decide it.")
    with transaction.atomic():
        _require_open(request)
        close(request, State.WITHDRAWN, actor=actor, reason=reason.strip())
    return request


def expire_approval_requests() -> int:
    """End the requests that nobody decided in time; return how many."""
    over = ApprovalRequest.objects.filter(state=State.WAITING, expires_at__lte=timezone.now())
    return for_each(over.values_list("pk", flat=True), _expire)


def _expire(pk: int) -> bool:
    with transaction.atomic():
        request = ApprovalRequest.objects.select_related("policy", "model_version__model").get(pk=pk)
        if request.state != State.WAITING:
            return False
        close(request, State.EXPIRED, actor=SYSTEM)
    return True


def _save(request: ApprovalRequest, reason: str, actor: Actor) -> Refused | None:
    """Save the policy that was requested, unless another version came in between."""
    base = request.policy
    if base is None or policies.newest(base.name) != base:
        close(request, State.STALE, actor=SYSTEM)
        return Refused("stale", STALE, detail={"approval_request": request.pk})
    close(request, State.APPROVED, actor=actor, reason=reason)
    save_approved(base, request.content, requested_by=request.requested_by, actor=actor)
    return None


def _require_another(request: ApprovalRequest, actor: Actor) -> None:
    access.require_another(actor, request.requested_by, OWN)
    sentence = ONLY_ITS_TEAM if request.keeper else ONLY_APPROVERS
    access.require(access.can_approve_request(actor, request.requested_by, request.keeper), sentence)
    require_owner(request.requested_by)


def _require_open(request: ApprovalRequest) -> None:
    request.refresh_from_db(fields=["state", "expires_at"])
    if request.status == State.EXPIRED:
        raise Refused("approval_request_expired", f"Approval request {request.pk} has expired. Request it again.")
    if request.state != State.WAITING:
        raise Refused("approval_request_decided", f"Approval request {request.pk} was already decided.")
