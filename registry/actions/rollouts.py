"""Make a change in steps; each is claimed by one update, so that two workers never take the same one.

A rollout goes on while its gate says PROCEED, and stops by itself once a blocking alert opens on its model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Refused
from registry.actions.revisions import Origin, ask_gate, blocked, lock_line, write_revision
from registry.domain.serving_config import Configuration, deployed, impact, of_content
from registry.models import ChangeRequest, Deployment, GateDecision, ModelVersion, RegisteredModel, Rollout
from registry.queries import gates
from registry.queries.proposals import Line
from registry.queries.subjects import subject_of

UNDER_WAY = (Rollout.State.RUNNING, Rollout.State.STOPPED)


class Plan(NamedTuple):
    """What is made in steps, upon whose approval."""

    version: ModelVersion
    environment: str
    head: Configuration
    steps: Sequence[Mapping[str, int]]
    request: ChangeRequest | None = None


def refuse_under_way(model: RegisteredModel, environment: str, sentence: str) -> None:
    """Refused while a rollout is under way there."""
    standing = Rollout.objects.filter(model=model, environment=environment, state__in=UNDER_WAY).first()
    if standing is not None:
        raise Refused("rollout_under_way", sentence, detail={"rollout": standing.pk})


def begin(line: Line, plan: Plan, *, decision: GateDecision, reason: str, actor: Actor) -> Deployment:
    """Take the first step, inside the transaction of the caller."""
    now = timezone.now()
    rollout = Rollout.objects.create(
        model=plan.version.model,
        environment=plan.environment,
        model_version=plan.version,
        content=plan.head.as_dict(),
        base=line.current,
        steps=[dict(step) for step in plan.steps],
        change_request=plan.request,
        due_at=now,
        begun_by=actor.name,
        begun_at=now,
    )
    _record("rollout.begun", rollout, actor, {"steps": rollout.steps, "reason": reason})
    return _take_step(rollout, line, decision, reason, actor)


def advance_rollouts() -> int:
    """Stop what must stop, take each step whose time has come; how many were touched."""
    running = Rollout.objects.filter(state=Rollout.State.RUNNING)
    return sum(_advance(pk) for pk in running.values_list("pk", flat=True))


def resume_rollout(rollout: Rollout, *, reason: str = "", actor: Actor) -> Rollout:
    """Go on where it stopped, if the gate lets it; the hold of the last step begins anew."""
    _require_deployer(rollout, actor)
    with transaction.atomic():
        line = lock_line(rollout.model_version, rollout.environment)
        rollout = _locked(rollout.pk)
        if rollout.state != Rollout.State.STOPPED:
            raise Refused("rollout_not_stopped", f"It is {rollout.state}: only one that stopped is resumed.")
        head = _at_step(rollout, min(rollout.position, len(rollout.steps) - 1))
        decision = ask_gate(rollout.model_version, rollout.environment, head, line.configuration, actor)
        if decision.proceeds:
            rollout.state, rollout.stopped_because, rollout.due_at = Rollout.State.RUNNING, "", _due(rollout)
            rollout.save(update_fields=["state", "stopped_because", "due_at"])
            _record("rollout.resumed", rollout, actor, {"reason": reason, "gate_decision": decision.pk})
            return rollout
    raise blocked(decision)


def abort_rollout(rollout: Rollout, *, reason: str = "", actor: Actor) -> Rollout:
    """End it for good. The traffic stays as the last step left it; rolling back is a call of its own."""
    _require_deployer(rollout, actor)
    with transaction.atomic():
        lock_line(rollout.model_version, rollout.environment)
        rollout = _locked(rollout.pk)
        if not rollout.is_under_way:
            raise Refused("rollout_ended", f"It is {rollout.state} already.")
        _end(rollout, Rollout.State.ABORTED, actor, reason)
    return rollout


def end_for_rollback(model: RegisteredModel, environment: str, *, actor: Actor) -> None:
    """A rollback ends what is under way, inside the transaction of the caller."""
    for rollout in Rollout.objects.filter(model=model, environment=environment, state__in=UNDER_WAY):
        _end(rollout, Rollout.State.ABORTED, actor, "Rolled back.")


def _advance(pk: int) -> bool:
    with transaction.atomic():
        rollout = Rollout.objects.select_related("model_version__model__owner_team").get(pk=pk)
        line = lock_line(rollout.model_version, rollout.environment)
        if alerts := gates.blocking_alerts(rollout.model_id):
            return _stop(rollout, " ".join(cause.sentence for cause in alerts), {"alerts": [c.key for c in alerts]})
        if rollout.due_at is None or rollout.due_at > timezone.now():
            return False
        head = _at_step(rollout, rollout.position)
        decision = ask_gate(rollout.model_version, rollout.environment, head, line.configuration, SYSTEM)
        if not decision.proceeds:
            return _stop(rollout, " ".join(decision.reasons), {"gate_decision": decision.pk})
        return _take_step(rollout, line, decision, "", SYSTEM) is not None


def _take_step(rollout: Rollout, line: Line, decision: GateDecision, reason: str, actor: Actor) -> Deployment | None:
    """The next step, if nobody else took it: one update says who did."""
    position = rollout.position
    last = position + 1 == len(rollout.steps)
    now = timezone.now()
    due = now + timedelta(minutes=rollout.steps[position]["hold_minutes"])
    ends = {"state": Rollout.State.FINISHED, "ended_at": now, "due_at": None} if last else {"due_at": due}
    mine = Rollout.objects.filter(pk=rollout.pk, state=Rollout.State.RUNNING, position=position, due_at__lte=now)
    if not mine.update(position=position + 1, **ends):
        return None
    rollout.refresh_from_db()
    head = _at_step(rollout, position)
    deployment = write_revision(
        line,
        rollout.model_version,
        rollout.environment,
        head,
        reach=impact(line.configuration, head, line.approved_configuration),
        decision=decision,
        origin=Origin(Deployment.Kind.STEP, rollout.change_request, rollout=rollout, reason=reason),
        actor=actor,
    )
    verb = "rollout.finished" if last else "rollout.advanced"
    _record(verb, rollout, actor, {"percent": rollout.percent, "revision": deployment.revision.number})
    return deployment


def _at_step(rollout: Rollout, position: int) -> Configuration:
    """What serves with a step: thresholds and pins as approved, traffic as far as the step goes."""
    wanted = of_content(rollout.content)
    version, percent = rollout.model_version.version, rollout.steps[position]["percent"]
    base = rollout.base.configuration if rollout.base else Configuration()
    head = deployed(base, version, percent=percent)
    return head._replace(thresholds=wanted.thresholds, pins=dict(head.pins) | dict(wanted.pins))


def _stop(rollout: Rollout, because: str, told: Mapping[str, object]) -> bool:
    """Stop by itself, saying what closed it; False when somebody else ended it meanwhile."""
    running = Rollout.objects.filter(pk=rollout.pk, state=Rollout.State.RUNNING)
    if not running.update(state=Rollout.State.STOPPED, stopped_because=because[:4_000], due_at=None):
        return False
    _record("rollout.stopped", rollout, SYSTEM, {"reason": because, "percent": rollout.percent} | dict(told))
    return True


def _end(rollout: Rollout, state: str, actor: Actor, reason: str) -> None:
    rollout.state, rollout.ended_at, rollout.due_at = state, timezone.now(), None
    rollout.save(update_fields=["state", "ended_at", "due_at"])
    _record(f"rollout.{state}", rollout, actor, {"reason": reason, "percent": rollout.percent})


def _due(rollout: Rollout) -> object:
    hold = rollout.steps[rollout.position - 1]["hold_minutes"] if rollout.position else 0
    return timezone.now() + timedelta(minutes=hold)


def _locked(pk: int) -> Rollout:
    rollouts = Rollout.objects.select_for_update(of=("self",), no_key=True)
    return rollouts.select_related("model_version__model__owner_team").get(pk=pk)


def _require_deployer(rollout: Rollout, actor: Actor) -> None:
    team = rollout.model_version.model.owner_team.slug
    access.require(
        access.can_deploy(actor, team), f"Only contributors of team {team} change what serves of its models."
    )


def _record(verb: str, rollout: Rollout, actor: Actor, told: Mapping[str, object]) -> None:
    payload = {"rollout": rollout.pk, "model": rollout.model_version.model.name, "environment": rollout.environment}
    record(verb, subject=subject_of(rollout.model_version), actor=actor, payload=payload | dict(told))
