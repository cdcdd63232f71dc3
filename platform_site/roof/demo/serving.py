"""What serves in the demo: both models since before the fix, a pending change, a rollback rehearsal and a rollout."""

from __future__ import annotations

from collections.abc import Mapping

from platform_site.access import Actor
from registry.models import Deployment, ModelVersion, RegisteredModel
from registry.serving.actions.change_requests import approve_change
from registry.serving.actions.deployments import deploy, rollback
from registry.serving.queries.proposals import Proposal
from registry.serving.rules.rollout import DEFAULT

PRODUCTION, STAGING = "production", "staging"
ALARM = {"alarm_above": 45.0}
FEWER_ALARMS = "Dispatch asks for fewer alarms."


def serve(version: ModelVersion, thresholds: Mapping[str, float] = ALARM, *, actor: Actor, approver: Actor) -> None:
    """Before the fix: all of the traffic, with one approval. Nothing when the model serves already."""
    if not version.model.revisions.exists():
        _approved(version, Proposal(100, dict(thresholds)), "The first on the platform.", actor, approver)


def rehearse(model: str, *, actor: Actor) -> None:
    """A small change, which serves at once, and a rehearsal of going back. Nothing when there was one already, or when nothing serves."""
    deployments = Deployment.objects.filter(model_version__model__name=model).order_by("pk")
    first = deployments.first()
    if first is None or deployments.filter(rehearsal=True).exists():
        return
    small = Proposal(thresholds={"alarm_above": 46.0})
    deploy(first.model_version, environment=PRODUCTION, proposal=small, reason="Fewer alarms on Mondays.", actor=actor)
    rollback(first, to_revision=1, reason="The drill of this quarter.", rehearsal=True, actor=actor)


def ask_for_fewer_alarms(model: str, *, actor: Actor) -> None:
    """A large change, which waits for another person. Nothing when it was requested already, or when nothing serves."""
    first = Deployment.objects.filter(model_version__model__name=model).order_by("pk").first()
    if first is None or first.model_version.change_requests.filter(reason=FEWER_ALARMS).exists():
        return
    large = Proposal(thresholds={"alarm_above": 60.0})
    deploy(first.model_version, environment=PRODUCTION, proposal=large, reason=FEWER_ALARMS, actor=actor)


def roll_out(model: RegisteredModel, candidate: ModelVersion, *, actor: Actor, approver: Actor) -> None:
    """Roll out a retrained candidate to staging in steps, and take the first step."""
    if model.rollouts.exists():
        return
    plan = Proposal(steps=[dict(step) for step in DEFAULT])
    _approved(candidate, plan, "Retrained on the new definition; is it as good?", actor, approver, STAGING)


def _approved(
    version: ModelVersion, proposal: Proposal, reason: str, actor: Actor, approver: Actor, environment: str = PRODUCTION
) -> Deployment:
    outcome = deploy(version, environment=environment, proposal=proposal, reason=reason, actor=actor)
    assert outcome.request  # every one of these changes needs an approval
    return approve_change(outcome.request, reason="Looked at its evaluations.", actor=approver)
