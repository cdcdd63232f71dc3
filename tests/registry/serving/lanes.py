"""A fast lane to test with: v1 serves, a standing approval by ann is in force, v2 was retrained on the same."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from platform_site.access import SYSTEM, Actor, Role, actor_of
from platform_site.people.actions import create_user
from platform_site.people.models import User
from registry.serving.actions.standing_approvals import approve_standing_approval, request_standing_approval

LIMITS = [{"metric": "mape", "better": "lower", "max_worse": 0.01}]
PASSWORD = "a plumb line hangs true"


def person(name: str, roles=(Role.APPROVER,), teams=()) -> Actor:
    """A person with an account whose password they chose."""
    user = create_user(username=name, password=PASSWORD, roles=list(roles), teams=list(teams), actor=SYSTEM)
    User.objects.filter(pk=user.pk).update(password_known=False)
    return actor_of(User.objects.get(pk=user.pk))


def requested(model, actor: Actor, **changed):
    """A standing approval that waits."""
    fields = {"environment": "production", "limits": LIMITS, "until": timezone.now() + timedelta(days=30)}
    return request_standing_approval(model, **fields | changed, actor=actor)


def stands(model, requester: Actor, approver: Actor, **changed):
    """A standing approval in force."""
    return approve_standing_approval(requested(model, requester, **changed), actor=approver)
