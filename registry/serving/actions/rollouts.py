"""Make a change in steps; each is claimed by one update, so that two workers never take the same one.

A rollout goes on while its gate says PROCEED, and stops by itself once a blocking alert opens on its model.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Refusal, Refused
from platform_site.work import for_each
from registry.models import Deployment, RegisteredModel, Rollout
from registry.serving.actions.revisions import ask_gate, blocked, lock_serving, require_deployer, write_revision
from registry.serving.queries.changes import Change
from registry.serving.queries.deployments import ServingState
from registry.serving.rules.configuration import Configuration, deployed, of_content
from registry.versions.queries import gates
from registry.versions.queries.audit_subjects import subject_of

UNDER_WAY = (Rollout.State.RUNNING, Rollout.State.STOPPED)
FAILED = (
    "The next step failed with an unexpected error and was not taken. "
    "Details are in the worker's log under rollout {pk}."
)


def refuse_under_way(model: RegisteredModel, environment: str, sentence: str) -> None:
    """Refused while a rollout is under way there."""
    rollout = Rollout.objects.filter(model=model, environment=environment, state__in=UNDER_WAY).first()
    if rollout is not None:
        raise Refused("rollout_under_way", sentence, detail={"rollout": rollout.pk})


def apply_change(change: Change) -> Deployment:
    """Let a change serve, at once or by the first step of its rollout, inside the transaction of the caller."""
    if not change.steps:
        return write_revision(change)
    now = timezone.now()
    rollout = Rollout.objects.create(
        model=change.version.model,
        environment=change.environment,
        model_version=change.version,
        content=change.head.as_dict(),
        base=change.serving.current,
        steps=change.plan,
        change_request=change.approval,
        due_at=now,
        begun_by=change.actor.name,
        begun_at=now,
    )
    _record("rollout.begun", rollout, change.actor, {"steps": rollout.steps, "reason": change.reason})
    step = _step(rollout, 0, change.serving, change.actor, reason=change.reason)
    taken = _take_step(step._replace(decision=change.decision), rollout)
    return cast(Deployment, taken)  # no other worker sees the rollout before the transaction ends


def advance_rollouts() -> int:
    """Stop rollouts that must stop, take each step that is due, and return how many changed.

    A rollout whose step fails with an unexpected error stops with a reason, and does not hold up the others.
    """
    running = Rollout.objects.filter(state=Rollout.State.RUNNING)
    return for_each(running.values_list("pk", flat=True), _advance, on_failure=_stop_failed)


def resume_rollout(rollout: Rollout, *, reason: str = "", actor: Actor) -> Rollout:
    """Resume a stopped rollout if the gate allows it; the hold of the last step starts again."""
    require_deployer(rollout.model_version, actor)
    with transaction.atomic():
        serving = lock_serving(rollout.model_version, rollout.environment)
        rollout = _locked(rollout.pk)
        if rollout.state != Rollout.State.STOPPED:
            raise Refused(
                "rollout_not_stopped",
                f"Rollout {rollout.pk} is {rollout.state}. Only a stopped rollout can be resumed.",
            )
        step = ask_gate(_step(rollout, min(rollout.position, len(rollout.steps) - 1), serving, actor))
        if step.decided.proceeds:
            rollout.state, rollout.stopped_because, rollout.due_at = Rollout.State.RUNNING, "", _due(rollout)
            rollout.save(update_fields=["state", "stopped_because", "due_at"])
            _record("rollout.resumed", rollout, actor, {"reason": reason, "gate_decision": step.decided.pk})
            return rollout
    raise blocked(step)


def abort_rollout(rollout: Rollout, *, reason: str = "", actor: Actor) -> Rollout:
    """End a rollout for good. The traffic stays as the last step left it; rolling back is a separate action."""
    require_deployer(rollout.model_version, actor)
    with transaction.atomic():
        lock_serving(rollout.model_version, rollout.environment)
        rollout = _locked(rollout.pk)
        if not rollout.is_under_way:
            raise Refused("rollout_ended", f"Rollout {rollout.pk} is already {rollout.state}.")
        _end(rollout, Rollout.State.ABORTED, actor, reason)
    return rollout


def end_for_rollback(model: RegisteredModel, environment: str, *, actor: Actor) -> None:
    """A rollback ends what is under way, inside the transaction of the caller."""
    for rollout in Rollout.objects.filter(model=model, environment=environment, state__in=UNDER_WAY):
        _end(rollout, Rollout.State.ABORTED, actor, "Rolled back.")


def _advance(pk: int) -> bool:
    with transaction.atomic():
        rollout = Rollout.objects.select_related("model_version__model__owner_team").get(pk=pk)
        serving = lock_serving(rollout.model_version, rollout.environment)
        if alerts := gates.blocking_alerts(rollout.model_id):
            return _stop(rollout, " ".join(cause.sentence for cause in alerts), {"alerts": [c.key for c in alerts]})
        if rollout.due_at is None or rollout.due_at > timezone.now():
            return False
        step = ask_gate(_step(rollout, rollout.position, serving, SYSTEM))
        if not step.decided.proceeds:
            return _stop(rollout, " ".join(step.decided.reasons), {"gate_decision": step.decided.pk})
        return _take_step(step, rollout) is not None


def _stop_failed(pk: int, error: Exception) -> None:
    because = error.message if isinstance(error, Refusal) else FAILED.format(pk=pk)
    with transaction.atomic():
        _stop(Rollout.objects.select_related("model_version__model").get(pk=pk), because, {})


def _take_step(step: Change, rollout: Rollout) -> Deployment | None:
    """Write the next step of a rollout; None if another worker took it: a single UPDATE decides who takes it."""
    position = rollout.position
    last = position + 1 == len(rollout.steps)
    now = timezone.now()
    due = now + timedelta(minutes=rollout.steps[position]["hold_minutes"])
    ends: dict[str, Any] = (
        {"state": Rollout.State.FINISHED, "ended_at": now, "due_at": None} if last else {"due_at": due}
    )
    due_now = Rollout.objects.filter(pk=rollout.pk, state=Rollout.State.RUNNING, position=position, due_at__lte=now)
    if not due_now.update(position=position + 1, **ends):
        return None
    rollout.refresh_from_db()
    deployment = write_revision(step)
    verb = "rollout.finished" if last else "rollout.advanced"
    _record(verb, rollout, step.actor, {"percent": rollout.percent, "revision": deployment.revision.number})
    return deployment


def _step(rollout: Rollout, position: int, serving: ServingState, actor: Actor, *, reason: str = "") -> Change:
    """One step of a rollout as a change of what serves, covered by the approval of the whole."""
    version, environment = rollout.model_version, rollout.environment
    head = _at_step(rollout, position)
    return Change(serving, version, environment, head, actor, reason, approval=rollout.change_request, rollout=rollout)


def _at_step(rollout: Rollout, position: int) -> Configuration:
    """What serves with a step: thresholds and pins as approved, traffic by the step's percentage."""
    approved = of_content(rollout.content)
    version, percent = rollout.model_version.version, rollout.steps[position]["percent"]
    base = rollout.base.configuration if rollout.base else Configuration()
    head = deployed(base, version, percent=percent)
    return head._replace(thresholds=approved.thresholds, pins=dict(head.pins) | dict(approved.pins))


def _stop(rollout: Rollout, because: str, details: Mapping[str, object]) -> bool:
    """Stop a rollout automatically with the reason; False if somebody ended it meanwhile."""
    running = Rollout.objects.filter(pk=rollout.pk, state=Rollout.State.RUNNING)
    if not running.update(state=Rollout.State.STOPPED, stopped_because=because[:4_000], due_at=None):
        return False
    _record("rollout.stopped", rollout, SYSTEM, {"reason": because, "percent": rollout.percent} | dict(details))
    return True


def _end(rollout: Rollout, state: str, actor: Actor, reason: str) -> None:
    rollout.state, rollout.ended_at, rollout.due_at = state, timezone.now(), None
    rollout.save(update_fields=["state", "ended_at", "due_at"])
    _record(f"rollout.{state}", rollout, actor, {"reason": reason, "percent": rollout.percent})


def _due(rollout: Rollout) -> datetime:
    hold = rollout.steps[rollout.position - 1]["hold_minutes"] if rollout.position else 0
    return timezone.now() + timedelta(minutes=hold)


def _locked(pk: int) -> Rollout:
    rollouts = Rollout.objects.select_for_update(of=("self",), no_key=True)
    return rollouts.select_related("model_version__model__owner_team").get(pk=pk)


def _record(verb: str, rollout: Rollout, actor: Actor, details: Mapping[str, object]) -> None:
    payload = {"rollout": rollout.pk, "model": rollout.model_version.model.name, "environment": rollout.environment}
    record(verb, subject=subject_of(rollout.model_version), actor=actor, payload=payload | dict(details))
