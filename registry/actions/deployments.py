"""Change what serves, and go back (G8, G9): below the threshold at once, above it once another person approved."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from registry.actions import rollouts
from registry.actions.revisions import (
    Origin,
    ask_gate,
    blocked,
    closes,
    end_request,
    lock_line,
    told_of,
    told_of_request,
    write_revision,
)
from registry.domain.serving_config import Configuration, Impact, digest, impact
from registry.models import ChangeRequest, Deployment, GateDecision, ModelVersion, ServingRevision
from registry.queries.deployments import line as revisions_of
from registry.queries.proposals import Line, Proposal, leading_version, proposal_faults
from registry.queries.subjects import subject_of

UNDER_WAY = "A rollout is under way here: abort it, or roll back, before anything else is changed."


class Outcome(NamedTuple):
    """What came of a change: a deployment that stands, or a request that waits; ``changed`` is False for no change."""

    deployment: Deployment | None = None
    request: ChangeRequest | None = None
    changed: bool = True


def deploy(version: ModelVersion, *, environment: str, asked: Proposal, reason: str = "", actor: Actor) -> Outcome:
    """Ask for a change of what serves in an environment; the gate is asked, and its decision kept.

    Invalid with every fault; Refused where the gate is closed or a rollout is under way.
    """
    require_deployer(version, actor)
    if faults := proposal_faults(version, environment, asked, reason):
        raise Invalid(faults)
    with transaction.atomic():
        line = lock_line(version, environment)
        rollouts.refuse_under_way(version.model, environment, UNDER_WAY)
        head = asked.upon(line.configuration, version.version)
        if settled := _settled(line, version, environment, head, asked):
            return settled
        decision = ask_gate(version, environment, head, line.configuration, actor)
        if not closes(decision, head):
            return _change(line, version, environment, head, asked, decision, reason.strip(), actor)
    raise blocked(decision)


def rollback(
    deployment: Deployment, *, to_revision: int, reason: str, rehearsal: bool = False, actor: Actor
) -> Deployment:
    """Back to an earlier revision at once, or rehearse it. The gate's decision is kept and stops nothing: going back
    is the way out when something is wrong. What comes back stands on the approval that it stood on before."""
    version, environment = deployment.model_version, deployment.revision.environment
    require_deployer(version, actor)
    if not reason.strip():
        raise Invalid([Fault("reason", "missing", "Say why: it stays on record.")])
    with transaction.atomic():
        line = lock_line(version, environment)
        target = _target(line, version, environment, to_revision)
        head, base = target.configuration, line.configuration
        leading = leading_version(version, head, base)
        decision = ask_gate(leading, environment, head, base, actor)
        origin = Origin(Deployment.Kind.ROLLBACK, _approval_of(target), target, reason=reason.strip())
        if rehearsal:
            return _rehearse(target, leading, decision, origin, actor)
        rollouts.end_for_rollback(version.model, environment, actor=actor)
        reach = impact(base, head)
        return write_revision(
            line, leading, environment, head, reach=reach, decision=decision, origin=origin, actor=actor
        )


def require_deployer(version: ModelVersion, actor: Actor) -> None:
    """NotAllowed unless the actor may change what serves of this model."""
    team = version.model.owner_team.slug
    access.require(
        access.can_deploy(actor, team), f"Only contributors of team {team} change what serves of its models."
    )


def _settled(
    line: Line, version: ModelVersion, environment: str, head: Configuration, asked: Proposal
) -> Outcome | None:
    """The answer where there is nothing to write: what serves is this already, or the very same change waits."""
    if head.as_dict() == line.configuration.as_dict():
        if line.current is None:
            raise Invalid([Fault("traffic_percent", "out_of_range", "Nothing serves here yet: give more than 0.")])
        return Outcome(line.current.deployments.get(rehearsal=False), changed=False)
    waiting = ChangeRequest.objects.filter(
        model=version.model_id,
        environment=environment,
        state=ChangeRequest.State.WAITING,
        digest=_digest(line, head, asked),
    ).first()
    return Outcome(request=waiting, changed=False) if waiting and not waiting.is_over else None


def _change(
    line: Line,
    version: ModelVersion,
    environment: str,
    head: Configuration,
    asked: Proposal,
    decision: GateDecision,
    reason: str,
    actor: Actor,
) -> Outcome:
    reach = impact(line.configuration, head, line.approved_configuration)
    if reach.needs_approval:
        return Outcome(request=_hold(line, version, environment, head, asked, reach, decision, reason, actor))
    if asked.steps:
        plan = rollouts.Plan(version, environment, head, list(asked.steps))
        return Outcome(rollouts.begin(line, plan, decision=decision, reason=reason, actor=actor))
    origin = Origin(Deployment.Kind.CHANGE, reason=reason)
    return Outcome(
        write_revision(line, version, environment, head, reach=reach, decision=decision, origin=origin, actor=actor)
    )


def _hold(
    line: Line,
    version: ModelVersion,
    environment: str,
    head: Configuration,
    asked: Proposal,
    reach: Impact,
    decision: GateDecision,
    reason: str,
    actor: Actor,
) -> ChangeRequest:
    """Keep a change until another person decides it; the same one whose time ended is closed first."""
    now, named = timezone.now(), _digest(line, head, asked)
    ended = ChangeRequest.objects.filter(
        model=version.model_id, environment=environment, digest=named, state=ChangeRequest.State.WAITING
    )
    for one in ended.select_related("model_version__model"):
        end_request(one, ChangeRequest.State.EXPIRED, actor=SYSTEM, told={})
    request = ChangeRequest.objects.create(
        model=version.model,
        environment=environment,
        model_version=version,
        base=line.current,
        content=head.as_dict(),
        plan=_plan(asked),
        digest=named,
        parts=[part.as_dict() for part in reach.parts],
        impact=reach.score,
        gate_decision=decision,
        reason=reason,
        requested_by=actor.name,
        requested_at=now,
        expires_at=now + timedelta(days=settings.CHANGE_REQUEST_DAYS),
    )
    record("change_request.requested", subject=subject_of(version), actor=actor, payload=told_of_request(request))
    return request


def _digest(line: Line, head: Configuration, asked: Proposal) -> str:
    return digest(head, base=line.current.number if line.current else None, plan=_plan(asked))


def _plan(asked: Proposal) -> list[dict[str, int]] | None:
    return [dict(step) for step in asked.steps] if asked.steps else None


def _target(line: Line, version: ModelVersion, environment: str, number: int) -> ServingRevision:
    """The revision to go back to; Invalid or Refused with why it cannot be that one."""
    target = revisions_of(version.model, environment).filter(number=number).first()
    if target is None or line.current is None or target.number >= line.current.number:
        last = line.current.number if line.current else 0
        told = f"Name an earlier revision, from 1 to {last - 1}." if last > 1 else "There is no earlier revision yet."
        raise Invalid([Fault("to_revision", "unknown", told)])
    if target.configuration.as_dict() == line.configuration.as_dict():
        raise Refused("nothing_to_change", f"Revision {number} is what serves now.")
    return target


def _approval_of(revision: ServingRevision) -> ChangeRequest:
    """The approval of a revision; of a change too small to need one, the approval that it was measured against.

    There always is one: the first revision lets a version begin to serve.
    """
    if revision.covered_by:
        return revision.covered_by
    before = revisions_of(revision.model, revision.environment).filter(number__lt=revision.number)
    return before.filter(covered_by__isnull=False)[0].covered_by


def _rehearse(
    target: ServingRevision, leading: ModelVersion, decision: GateDecision, origin: Origin, actor: Actor
) -> Deployment:
    """Record that going back was tried out: everything that a rollback looks at was, and nothing serves otherwise."""
    head = target.configuration
    rehearsed = Deployment.objects.create(
        kind=origin.kind,
        rehearsal=True,
        revision=target,
        model_version=leading,
        traffic_percent=head.weights.get(leading.version, 0),
        gate_decision=decision,
        reason=origin.reason,
        made_by=actor.name,
        made_at=timezone.now(),
    )
    record("deployment.rehearsed", subject=subject_of(leading), actor=actor, payload=told_of(rehearsed, head))
    return rehearsed
