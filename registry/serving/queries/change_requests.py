"""Change requests and rollouts."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, QuerySet
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Unknown
from platform_site.people.models import User
from registry.checks.queries import checks
from registry.checks.queries.concerned import about_data_of
from registry.models import ChangeRequest, Check, Override, RegisteredModel, Rollout, SnapshotEntry
from registry.versions.queries import overrides


def change_requests() -> QuerySet[ChangeRequest]:
    """Every change request, newest first."""
    return ChangeRequest.objects.select_related(
        "model__owner_team", "model_version__model", "base", "gate_decision", "rollout"
    )


def change_request(pk: int) -> ChangeRequest:
    """One change request; Unknown when there is none."""
    request = change_requests().filter(pk=pk).first()
    if request is None:
        raise Unknown(f"There is no change request {pk}.")
    return request


def evidence(request: ChangeRequest) -> dict[str, QuerySet[Any]]:
    """What an approver looks at: the newest parity runs of the version's features, drift runs of its model, and its
    evaluation results."""
    version = request.model_version
    used = SnapshotEntry.objects.filter(snapshot__model_version=version).values("feature")
    return {
        "parity": checks.runs().filter(
            check_definition__kind=Check.Kind.DEFINITION_PARITY, check_definition__feature__in=used
        )[:5],
        "drift": checks.runs().filter(about_data_of(version), check_definition__kind=Check.Kind.DRIFT)[:5],
        "evaluations": version.evaluations.all()[:50],
    }


def waiting() -> QuerySet[ChangeRequest]:
    """Requests that wait for another person and have not expired."""
    return change_requests().filter(state=ChangeRequest.State.WAITING, expires_at__gt=timezone.now())


def awaiting_decision_of(actor: Actor) -> tuple[QuerySet[ChangeRequest], QuerySet[Override]]:
    """Changes and overrides that others requested and this person may decide; none for those who are not approvers."""
    changes, passes = waiting(), overrides.waiting()
    if Role.APPROVER not in actor.roles:
        return changes.none(), passes.none()
    return changes.exclude(requested_by=actor.name), passes.exclude(requested_by=actor.name)


def count_for(user_id: int, name: str) -> int:
    """How many requests a person may decide; one query, which checks the role too."""
    decides = Exists(User.objects.filter(pk=user_id, groups__name=Role.APPROVER))
    changes, passes = (
        rows.filter(decides).exclude(requested_by=name).order_by().values("pk")
        for rows in (waiting(), overrides.waiting())
    )
    return changes.union(passes, all=True).count()


def waiting_count() -> int:
    """How many changes and overrides wait for a decision; one query."""
    changes, passes = (rows.order_by().values("pk") for rows in (waiting(), overrides.waiting()))
    return changes.union(passes, all=True).count()


def requested_by_actor(actor: Actor) -> tuple[QuerySet[ChangeRequest], QuerySet[Override]]:
    """Changes and overrides that this person requested and others have to decide."""
    return waiting().filter(requested_by=actor.name), overrides.waiting().filter(requested_by=actor.name)


def rollouts() -> QuerySet[Rollout]:
    """Every rollout, newest first."""
    return Rollout.objects.select_related("model__owner_team", "model_version__model", "change_request", "base")


def under_way(model: RegisteredModel) -> QuerySet[Rollout]:
    """The running and stopped rollouts of a model."""
    return rollouts().filter(model=model, state__in=[Rollout.State.RUNNING, Rollout.State.STOPPED])


def rollout(pk: int) -> Rollout:
    """One rollout; Unknown when there is none."""
    match = rollouts().filter(pk=pk).first()
    if match is None:
        raise Unknown(f"There is no rollout {pk}.")
    return match
