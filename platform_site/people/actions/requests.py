"""Requests that somebody gets a role or team which decides about others: made by one person, decided by another."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.people.models import AccessRequest, User
from platform_site.people.rules.powers import Powers


def request_access(user: User, powers: Powers, *, actor: Actor) -> AccessRequest:
    """Store a request, inside the caller's transaction; one that waits for the same is returned as it is."""
    now, wanted = timezone.now(), {"roles": sorted(powers.roles), "teams": sorted(powers.teams)}
    waiting = AccessRequest.objects.filter(user=user, state=AccessRequest.State.WAITING, expires_at__gt=now)
    for request in waiting:
        if (request.roles, request.teams) == (wanted["roles"], wanted["teams"]):
            return request
    request = AccessRequest.objects.create(
        user=user,
        **wanted,
        requested_by=actor.name,
        requested_at=now,
        expires_at=now + timedelta(days=settings.CHANGE_REQUEST_DAYS),
    )
    note(request, "requested", actor)
    return request


def note(request: AccessRequest, verb: str, actor: Actor) -> None:
    """Record what happened to a request."""
    payload = {
        "access_request": request.pk,
        "roles": request.roles,
        "teams": request.teams,
        "requested_by": request.requested_by,
        "expires_at": request.expires_at.isoformat(),
        "reason": request.decision_reason,
    }
    record(f"access_request.{verb}", subject=f"user:{request.user.username}", actor=actor, payload=payload)


def end(request: AccessRequest, state: str, *, reason: str = "", actor: Actor) -> bool:
    """End a request that waits, with its event; whether it still waited. Two sessions at once: one of them ends it."""
    now = timezone.now()
    fields = {"state": state, "decided_by": actor.name, "decided_at": now, "decision_reason": reason}
    with transaction.atomic():
        waiting = AccessRequest.objects.filter(pk=request.pk, state=AccessRequest.State.WAITING)
        if not waiting.update(**fields):
            return False
        for name, value in fields.items():
            setattr(request, name, value)
        note(request, state, actor)
    return True
