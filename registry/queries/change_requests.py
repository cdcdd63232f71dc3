"""Changes that wait for another person, and rollouts."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Unknown
from registry.models import ChangeRequest, Override, Rollout
from registry.queries import overrides


def change_requests() -> QuerySet[ChangeRequest]:
    """Every request, newest first."""
    return ChangeRequest.objects.select_related(
        "model__owner_team", "model_version__model", "base", "gate_decision", "rollout"
    )


def change_request(pk: int) -> ChangeRequest:
    """One request; Unknown when there is none."""
    found = change_requests().filter(pk=pk).first()
    if found is None:
        raise Unknown(f"There is no change request {pk}.")
    return found


def waiting() -> QuerySet[ChangeRequest]:
    """Those that wait for another person and have not ended."""
    return change_requests().filter(state=ChangeRequest.State.WAITING, expires_at__gt=timezone.now())


def for_me(actor: Actor) -> tuple[QuerySet[ChangeRequest], QuerySet[Override]]:
    """What waits for this person's word: changes and overrides that others asked for; nothing but for approvers."""
    changes, passes = waiting(), overrides.waiting()
    if Role.APPROVER not in actor.roles:
        return changes.none(), passes.none()
    return changes.exclude(requested_by=actor.name), passes.exclude(requested_by=actor.name)


def of_mine(actor: Actor) -> tuple[QuerySet[ChangeRequest], QuerySet[Override]]:
    """What this person asked for and waits for others."""
    return waiting().filter(requested_by=actor.name), overrides.waiting().filter(requested_by=actor.name)


def rollouts() -> QuerySet[Rollout]:
    """Every rollout, newest first."""
    return Rollout.objects.select_related("model__owner_team", "model_version__model", "change_request", "base")


def rollout(pk: int) -> Rollout:
    """One rollout; Unknown when there is none."""
    found = rollouts().filter(pk=pk).first()
    if found is None:
        raise Unknown(f"There is no rollout {pk}.")
    return found
