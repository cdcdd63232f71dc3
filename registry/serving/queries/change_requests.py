"""Change requests and rollouts."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Unknown
from platform_site.people import queries as people
from platform_site.people.models import AccessRequest, AccountHolder, Team, User
from registry.checks.queries import checks
from registry.checks.queries.concerned import about_data_of
from registry.models import (
    ApprovalRequest,
    ChangeRequest,
    Check,
    ModelVersion,
    Override,
    RegisteredModel,
    Rollout,
    SnapshotEntry,
)
from registry.serving.queries import standing_approvals
from registry.versions.queries import approval_requests, no_features, overrides
from registry.versions.queries.headline import of_organization


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


class Waiting(NamedTuple):
    """What waits for a second person: changes, overrides, statements that a model version uses no features, and looser
    policies and regulated promotions."""

    changes: QuerySet[ChangeRequest]
    passes: QuerySet[Override]
    statements: QuerySet[ModelVersion]
    requests: QuerySet[ApprovalRequest]

    def narrowed(self, organization_id: int | None) -> Waiting:
        """What concerns models of an organization's teams and of teams without one; all of it for None."""
        of_model, of_version = (
            of_organization(organization_id),
            of_organization(organization_id, "model_version__model"),
        )
        of_policy = Q(model_version=None) & (Q(policy__owner_team=None) | of_organization(organization_id, "policy"))
        return Waiting(
            self.changes.filter(of_model),
            self.passes.filter(of_version),
            self.statements.filter(of_model),
            self.requests.filter(of_policy | Q(model_version__isnull=False) & of_version),
        )

    def of_team(self, team: Team) -> Waiting:
        """What concerns a team's models and its policies."""
        of_version = Q(model_version__model__owner_team=team)
        return Waiting(
            self.changes.filter(model__owner_team=team),
            self.passes.filter(of_version),
            self.statements.filter(model__owner_team=team),
            self.requests.filter(of_version | Q(policy__owner_team=team)),
        )


def awaiting_decision_of(actor: Actor) -> Waiting:
    """What others requested or stated and this person may decide; none for those who are not approvers."""
    requests = approval_requests.awaiting_decision_of(actor)
    if Role.APPROVER not in actor.roles or actor.is_service:
        return Waiting(ChangeRequest.objects.none(), Override.objects.none(), ModelVersion.objects.none(), requests)
    changes, passes, statements, _ = all_waiting()
    hands = {actor.name, *actor.holds}
    return Waiting(
        changes.exclude(requested_by__in=hands),
        passes.exclude(requested_by__in=hands),
        statements.exclude(registered_by__in=hands),
        requests,
    )


def requested_by_actor(actor: Actor) -> Waiting:
    """What this person requested or stated and others have to decide."""
    changes, passes, statements, requests = all_waiting()
    return Waiting(
        changes.filter(requested_by=actor.name),
        passes.filter(requested_by=actor.name),
        statements.filter(registered_by=actor.name),
        requests.filter(requested_by=actor.name),
    )


def count_for(user_id: int, name: str) -> int:
    """How many requests and statements a person may decide; one query, which checks the role too."""
    held = AccountHolder.objects.filter(person_id=user_id).values("account__username")
    access = _access_waiting_for(user_id, name)
    decides = Exists(User.objects.filter(pk=user_id, groups__name=Role.APPROVER))
    changes, passes, statements, _ = all_waiting()
    return _count(
        changes.filter(decides).exclude(requested_by=name).exclude(requested_by__in=held),
        passes.filter(decides).exclude(requested_by=name).exclude(requested_by__in=held),
        statements.filter(decides).exclude(registered_by=name).exclude(registered_by__in=held),
        approval_requests.awaiting_decision_of_user(user_id, name, held),
        standing_approvals.waiting().filter(decides).exclude(requested_by=name).exclude(requested_by__in=held),
        access,
    )


def _access_waiting_for(user_id: int, name: str) -> QuerySet[AccessRequest]:
    """Access requests that a person may decide: others', about others, none of an account they hold."""
    held = AccountHolder.objects.filter(person_id=user_id).values("account__username")
    decides = Exists(User.objects.filter(pk=user_id, groups__name__in=[Role.APPROVER, Role.ADMINISTRATOR]))
    others = people.waiting_access_requests().filter(decides).exclude(requested_by=name).exclude(user_id=user_id)
    return others.exclude(requested_by__in=held).exclude(user__username__in=held)


def access_waiting_for(actor: Actor) -> QuerySet[AccessRequest]:
    """Access requests that this person may decide."""
    return _access_waiting_for(actor.user_id or 0, actor.name)


def waiting_count(organization_id: int | None = None) -> int:
    """How many changes, overrides, statements, approval requests, standing approvals and access requests wait for a
    decision; one query."""
    lanes = standing_approvals.waiting().filter(of_organization(organization_id))
    return _count(*all_waiting().narrowed(organization_id), lanes, people.waiting_access_requests())


def all_waiting() -> Waiting:
    """Everything that waits for a second person, whoever that is."""
    return Waiting(waiting(), overrides.waiting(), no_features.waiting(), approval_requests.waiting())


def _count(*rows: QuerySet[Any]) -> int:
    first, *others = (each.order_by().values("pk") for each in rows)
    return first.union(*others, all=True).count()


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
