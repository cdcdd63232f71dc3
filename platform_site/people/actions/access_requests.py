"""Decide a request for a role or team: by another person than asked for it, and than gets it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.errors import Fault, Invalid, NotAllowed, Refused
from platform_site.pages import LONGEST_REASON
from platform_site.people.actions.persons import current_roles, current_teams, put_roles, put_teams, role_faults
from platform_site.people.actions.requests import end
from platform_site.people.models import AccessRequest

ONLY_OTHERS = (
    "Only approvers and administrators decide who gets a role or team: not who requested it, not who gets it, and "
    "not who made or owns that account."
)


def approve_access(request: AccessRequest, *, reason: str = "", actor: Actor) -> AccessRequest:
    """Give the roles and teams that another person requested. Refused once it is decided or has expired."""
    _require_another(request, reason, actor)
    user = request.user
    if not user.is_active:
        raise Refused("deactivated", f"{user.username} is deactivated. Activate the account first.")
    if faults := role_faults(request.roles, is_service=user.is_service):
        raise Invalid(faults)
    with transaction.atomic():
        _end(request, AccessRequest.State.APPROVED, reason, actor)
        put_roles(user, current_roles(user) | set(request.roles), actor=actor)
        before = set() if user.is_service and request.teams else current_teams(user)
        put_teams(user, before | set(request.teams), actor=actor)
    return request


def reject_access(request: AccessRequest, *, reason: str = "", actor: Actor) -> AccessRequest:
    """Reject a request, for good."""
    _require_another(request, reason, actor)
    _end(request, AccessRequest.State.REJECTED, reason, actor)
    return request


def withdraw_access(request: AccessRequest, *, reason: str = "", actor: Actor) -> AccessRequest:
    """Withdraw one's own request."""
    if actor.name != request.requested_by:
        raise NotAllowed(f"Only {request.requested_by}, who requested this, can withdraw it.")
    _end(request, AccessRequest.State.WITHDRAWN, reason, actor)
    return request


def expire_access_requests() -> int:
    """End the requests that nobody decided in time; return how many."""
    over = AccessRequest.objects.filter(state=AccessRequest.State.WAITING, expires_at__lte=timezone.now())
    return sum(end(request, AccessRequest.State.EXPIRED, actor=SYSTEM) for request in over.select_related("user"))


def _require_another(request: AccessRequest, reason: str, actor: Actor) -> None:
    access.require_another(actor, request.requested_by, "You requested this, so another person has to decide it.")
    access.require(access.can_decide_access(actor, request.requested_by, request.user.username), ONLY_OTHERS)
    if len(reason) > LONGEST_REASON:
        sentence = f"The reason has {len(reason):,} characters; at most {LONGEST_REASON:,} are allowed."
        raise Invalid([Fault("reason", "too_long", sentence)])


def _end(request: AccessRequest, state: str, reason: str, actor: Actor) -> None:
    if request.status == AccessRequest.State.EXPIRED:
        raise Refused("access_request_expired", f"Access request {request.pk} has expired. Request it again.")
    if not end(request, state, reason=reason.strip(), actor=actor):
        raise Refused("access_request_decided", f"Access request {request.pk} was already decided.")
