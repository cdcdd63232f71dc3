"""Approval requests: looser policies, looser gate settings and regulated promotions that wait for another person, or were
decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, Q, QuerySet
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Unknown
from platform_site.people.models import Membership, User
from registry.models import ApprovalRequest

State = ApprovalRequest.State


def approval_requests() -> QuerySet[ApprovalRequest]:
    """Every request, newest first."""
    return ApprovalRequest.objects.select_related(
        "policy__owner_team", "policy__subject_team", "model_version__model__owner_team", "gate_decision"
    )


def approval_request(pk: int) -> ApprovalRequest:
    """One request; Unknown when there is none."""
    row = approval_requests().filter(pk=pk).first()
    if row is None:
        raise Unknown(f"There is no approval request {pk}.")
    return row


def waiting() -> QuerySet[ApprovalRequest]:
    """Requests that wait for another person and have not expired."""
    return approval_requests().filter(state=State.WAITING, expires_at__gt=timezone.now())


def _decided_by_team() -> Q:
    """Whether a request is about a policy that applies to other teams' models: only its own team decides about it."""
    return Q(policy__owner_team__isnull=False) & ~Q(policy__owner_team=F("policy__subject_team"))


def awaiting_decision_of(actor: Actor) -> QuerySet[ApprovalRequest]:
    """What others requested and this person may decide."""
    if actor.is_service or not actor.roles & {Role.APPROVER, Role.LEAD}:
        return ApprovalRequest.objects.none()
    own = Q(policy__owner_team__slug__in=actor.teams)
    any_team = ~_of_keeper() if Role.APPROVER in actor.roles else Q(pk__in=[])
    return waiting().filter(any_team | (_of_keeper() & own)).exclude(requested_by__in={actor.name, *actor.holds})


def awaiting_decision_of_user(
    user_id: int, name: str, held: Iterable[Any] | QuerySet[Any]
) -> QuerySet[ApprovalRequest]:
    """The same by the person's id, with the roles checked in the query."""
    has = {role: Exists(User.objects.filter(pk=user_id, groups__name=role)) for role in (Role.APPROVER, Role.LEAD)}
    teams = Membership.objects.filter(user=user_id).values("team")
    of_any_team = ~_of_keeper() & Q(has[Role.APPROVER])
    of_own_team = _of_keeper() & Q(policy__owner_team__in=teams) & (Q(has[Role.APPROVER]) | Q(has[Role.LEAD]))
    return waiting().filter(of_any_team | of_own_team).exclude(requested_by=name).exclude(requested_by__in=held)


def _of_keeper() -> Q:
    return Q(pk__in=ApprovalRequest.objects.filter(_decided_by_team()).order_by().values("pk"))
