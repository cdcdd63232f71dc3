"""Change what serves, and go back (G8, G9): below the threshold at once, above it once another person approved."""

from __future__ import annotations

from typing import NamedTuple, cast

from django.db import transaction
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from registry.models import ChangeRequest, Deployment, ModelVersion, ServingRevision, StandingApproval
from registry.serving.actions import rollouts
from registry.serving.actions.approval_links import links_of_request
from registry.serving.actions.change_requests import request_change, waiting_for
from registry.serving.actions.revisions import (
    ask_gate,
    blocked,
    deployment_payload,
    lock_serving,
    require_deployer,
    write_deployment,
    write_revision,
)
from registry.serving.actions.standing_approvals import enter_fast_lane
from registry.serving.queries.changes import Change, Lane
from registry.serving.queries.deployments import APPROVED, ServingState, revisions_of, rolled_away
from registry.serving.queries.proposals import Proposal, proposal_faults
from registry.versions.queries.audit_subjects import subject_of

UNDER_WAY = "A rollout is under way here. Abort it or roll back before you change anything else."

ROLLED_AWAY = (
    "Revision {by} went back past revision {number}, because something was wrong with it. It comes back as a change that the gate "
    "and another person decide: request it, or go back further."
)


class Outcome(NamedTuple):
    """The result of a change: a deployment, or a waiting request; ``changed`` is False where nothing was written."""

    result: Deployment | ChangeRequest
    changed: bool = True

    @property
    def deployment(self) -> Deployment | None:
        return self.result if isinstance(self.result, Deployment) else None

    @property
    def request(self) -> ChangeRequest | None:
        return self.result if isinstance(self.result, ChangeRequest) else None


def deploy(version: ModelVersion, *, environment: str, proposal: Proposal, reason: str = "", actor: Actor) -> Outcome:
    """Request a change of what serves in an environment; the deployment gate's decision is recorded.

    Invalid with every fault; Refused if the gate is closed or a rollout is under way.
    """
    require_deployer(version, actor)
    if faults := proposal_faults(version, environment, proposal, reason):
        raise Invalid(faults)
    with transaction.atomic():
        serving = lock_serving(version, environment)
        rollouts.refuse_under_way(version.model, environment, UNDER_WAY)
        head = proposal.upon(serving.configuration, version.version)
        change = Change(serving, version, environment, head, actor, reason.strip(), proposal.steps)
        if outcome := _unchanged_outcome(change):
            return outcome
        change = ask_gate(change)
        if not change.is_blocked:
            if not change.reach.needs_approval:
                return Outcome(rollouts.apply_change(change))
            change = enter_fast_lane(change)
            if change.lane and change.lane.covers:
                return Outcome(rollouts.apply_change(change))
            request = request_change(change)
            links_of_request(request, actor=actor)
            return Outcome(request)
    raise blocked(change)  # outside of the transaction: the gate's decision stays recorded


def rollback(
    deployment: Deployment, *, to_revision: int, reason: str, rehearsal: bool = False, actor: Actor
) -> Deployment:
    """Go back to an earlier revision at once, or rehearse it. The gate's decision is recorded but blocks nothing: going
    back is the way out when something is wrong. The restored revision keeps the approval that it had before. What an earlier
    rollback took away does not come back by another one (Refused `rolled_away`)."""
    version, environment = deployment.model_version, deployment.revision.environment
    require_deployer(version, actor)
    if not reason.strip():
        raise Invalid([Fault("reason", "missing", "Give a reason. It stays on record.")])
    with transaction.atomic():
        serving = lock_serving(version, environment)
        target = _target(serving, version, environment, to_revision)
        approval, lane = _approval_of(target)
        change = Change(
            serving,
            version,
            environment,
            target.configuration,
            actor,
            reason.strip(),
            approval=approval,
            restores=target,
            lane=lane,
        )
        change = ask_gate(change._replace(version=change.leading))
        if rehearsal:
            return _rehearse(change, target)
        rollouts.end_for_rollback(version.model, environment, actor=actor)
        return write_revision(change)


def _unchanged_outcome(change: Change) -> Outcome | None:
    """The result where there is nothing to write: this already serves, or the same change is already waiting."""
    current = change.serving.current
    if change.head.as_dict() == change.base.as_dict():
        if current is None:
            raise Invalid(
                [Fault("traffic_percent", "out_of_range", f"{change.version} does not serve here, so it cannot leave.")]
            )
        return Outcome(current.deployments.get(rehearsal=False), changed=False)
    waiting = waiting_for(change).first()
    return Outcome(waiting, changed=False) if waiting and not waiting.is_over else None


def _target(serving: ServingState, version: ModelVersion, environment: str, number: int) -> ServingRevision:
    """The revision to go back to; Invalid or Refused with why it cannot be that one."""
    target = revisions_of(version.model, environment).filter(number=number).first()
    last = serving.number or 0
    if target is None or target.number >= last:
        message = (
            f"{number} is not an earlier revision. Choose from 1 to {last - 1}."
            if last > 1
            else "There is no earlier revision yet."
        )
        raise Invalid([Fault("to_revision", "unknown", message)])
    if target.configuration.as_dict() == serving.configuration.as_dict():
        raise Refused("nothing_to_change", f"Revision {number} has the same content as what serves now.")
    if by := rolled_away(version.model).get((environment, number)):
        raise Refused("rolled_away", ROLLED_AWAY.format(number=number, by=by), detail={"revision": by})
    return target


def _approval_of(revision: ServingRevision) -> tuple[ChangeRequest | None, Lane | None]:
    """The approval of a revision, by itself or in advance; for a change too small to need one, the last before it.

    There is always one: the first revision lets a version begin to serve, which needs an approval.
    """
    upto = revisions_of(revision.model, revision.environment).filter(number__lte=revision.number)
    approved = upto.filter(APPROVED)[0]
    if approved.covered_by:
        return approved.covered_by, None
    return None, Lane(cast(StandingApproval, approved.standing_approval))


def _rehearse(change: Change, target: ServingRevision) -> Deployment:
    """Record a rehearsed rollback: everything that a rollback checks was checked, and what serves did not change."""
    rehearsed = write_deployment(change, target, timezone.now(), rehearsal=True)
    payload = deployment_payload(rehearsed, change.head)
    record("deployment.rehearsed", subject=subject_of(change.version), actor=change.actor, payload=payload)
    return rehearsed
