"""Define checks, change their schedule, queue and cancel their runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.text.changes import changes
from platform_site.text.wording import counted
from platform_site.work import after_commit, for_each
from registry.checks.actions.cron import next_after
from registry.checks.actions.parity_runs import parity_name
from registry.checks.queries import check_faults, materialized_parity
from registry.checks.queries.concerned import models_concerned
from registry.compute.definition import Definition
from registry.compute.dialects.code import ENGINE, NOT_RUN
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.data.queries import source_tables
from registry.features.queries.definitions import held_out_faults, judge_each
from registry.features.rules import fingerprint
from registry.models import Alert, Check, CheckRun, Feature, FeatureVersion, RegisteredModel

CHANGED = "Somebody else changed this check after you opened it. Nothing was saved."
UNDER_WAY = (CheckRun.State.QUEUED, CheckRun.State.RUNNING)
FOUR_WEEKS, MOST_RUNS_AHEAD = timedelta(weeks=4), 4 * 7 * 24
OPEN_RUNS_LIMIT = 200  # queued and running runs requested by one person: expensive work is counted before it begins
ONLY_CONTRIBUTORS = "Viewers may only read checks. Contributors, approvers and leads may run them."
TEAM_RUNS_LIMIT = 600  # and about the models and features of one team, whoever requested them


def define_parity(
    trained: FeatureVersion,
    current: FeatureVersion,
    *,
    parameters: Mapping[str, Any],
    name: str = "",
    blocking: bool = False,
    actor: Actor,
) -> Check:
    """The definition-parity check of two versions of one feature; the same name gives the same check.

    Versions in Python are never run here: their values are those of two data sets, which the parameters name.
    NotAllowed for viewers, and with ``blocking`` for anybody but a lead: its alerts close the gate of every model over
    the feature. Invalid with every fault of the parameters.
    """
    _require_for(None, blocking, actor)
    parameter_faults, parsed = ParityParameters.parse(parameters)
    faults = [Fault(*fault) for fault in parameter_faults]
    if not faults:
        parsed, more = materialized_parity.completed(trained, current, parsed)
        faults += more
    if trained.feature_id != current.feature_id:
        faults.append(
            Fault(
                "current",
                "other_feature",
                f"{current} is not a version of {trained.feature.name}. Choose two versions of one feature.",
            )
        )
    if faults:
        raise Invalid(faults)
    name = name or _parity_name(trained, current, parsed)
    content = {"trained": trained.name, "current": current.name} | parsed.as_dict()
    kind = Check.Kind.DEFINITION_PARITY
    return _define(name, kind, content, feature=trained.feature, blocking=blocking, actor=actor)


def _parity_name(trained: FeatureVersion, current: FeatureVersion, parameters: ParityParameters) -> str:
    values = [parameters.trained_dataset, parameters.current_dataset] if parameters.is_materialized else []
    return "-".join([parity_name(trained, current), *values])[:200]


def define_check(
    kind: str,
    *,
    name: str,
    parameters: Mapping[str, Any],
    model: RegisteredModel | None = None,
    blocking: bool = False,
    schedule: str = "",
    actor: Actor,
) -> Check:
    """A check over data sets: drift, log parity or schema; the same name and content gives the same check.

    Invalid with every fault of the parameters, against the data too.
    """
    _require_for(model, blocking, actor)
    faults, parsed = check_faults.parsed(kind, parameters)
    faults += [*_name_faults(name), *_schedule_faults(schedule)]
    if faults or parsed is None:
        raise Invalid(faults)
    content = parsed.as_dict()
    return _define(name, kind, content, model=model, blocking=blocking, schedule=schedule, actor=actor)


def change_check(check: Check, *, schedule: str, blocking: bool, actor: Actor, seen: str | None = None) -> Check:
    """Change the schedule of a check, and whether its alerts close the gate. What it compares never changes.

    One that closes a gate is loosened only by somebody who is held up by nothing of it (`access.can_loosen_check`).

    ``seen``: its schedule and effect when the form was opened (`Check.how_it_runs`); Refused when they changed since.
    """
    if check.blocking and (not blocking or _runs_less_often(check.schedule, schedule)):
        _require_outsider(check, actor)
    else:
        _require_for(check.model, blocking or check.blocking, actor)
        if check.model is None:
            sentence = "Only whoever defined this check, the team of its feature or a lead may change it."
            team = check.feature.owner_team.slug if check.feature else None
            access.require(access.can_change_check(actor, check.created_by, team), sentence)
    if faults := _schedule_faults(schedule):
        raise Invalid(faults)
    with transaction.atomic():
        check = Check.objects.select_for_update(no_key=True, of=("self",)).get(pk=check.pk)
        if seen not in (None, check.how_it_runs):
            raise Refused("changed", f"{CHANGED} Now: {check.how_it_runs}.")
        if check.blocking and not blocking:
            _refuse_while_it_blocks(check)
        before = {"schedule": check.schedule, "blocking": check.blocking}
        check.schedule, check.blocking, check.next_due_at = schedule, blocking, _due(schedule)
        check.save(update_fields=["schedule", "blocking", "next_due_at"])
        payload = changes(before, {"schedule": schedule, "blocking": blocking})
        record("check.changed", subject=f"check:{check.name}", actor=actor, payload=payload)
    return check


def _require_outsider(check: Check, actor: Actor) -> None:
    """NotAllowed unless the actor may loosen a check whose alerts close gates."""
    about = {model.owner_team.slug for model in models_concerned(check).select_related("owner_team")}
    about |= {check.feature.owner_team.slug} if check.feature else set()
    outside = f" and is not in {' or '.join(sorted(about))}" if about else ""
    access.require(
        access.can_loosen_check(actor, check.created_by, about),
        f"Alerts of {check.name} close the gate. Only an approver or a lead who did not define it{outside} makes it "
        "informational or lets it run less often.",
    )


def _runs_less_often(before: str, after: str) -> bool:
    """Whether a schedule is dropped, or has fewer runs in the next four weeks than the one before; one that is malformed is
    refused elsewhere."""
    if not before or before == after or _schedule_faults(after):
        return False
    return not after or _runs_ahead(after) < _runs_ahead(before)


def _runs_ahead(schedule: str) -> int:
    """The runs of a schedule in the next four weeks, counted up to one an hour."""
    now = moment = timezone.now()
    for count in range(MOST_RUNS_AHEAD):
        moment = next_after(schedule, moment)
        if moment > now + FOUR_WEEKS:
            return count
    return MOST_RUNS_AHEAD


def _refuse_while_it_blocks(check: Check) -> None:
    """Refused while an alert of a check closes a gate: its next run would open the gate, with nobody else's consent."""
    closing = check.alerts.filter(blocking=True).exclude(state=Alert.State.RESOLVED).select_related("model").first()
    if closing:
        sentence = (
            f"Alert {closing.pk} of this check closes the gate of {closing.model.name}. The check stays blocking until it is "
            "resolved. Request an override, which another person decides."
        )
        raise Refused("alert_closes_gate", sentence, detail={"alert": closing.pk})


def run_what_is_due() -> int:
    """Queue a run of every check that is due; how many. A check that still runs waits for its next time, and one that
    cannot be queued holds up none of the others.

    The row decides, not the scheduler's message: a broker that was away delays a run and loses none.
    """
    due = Check.objects.filter(next_due_at__lte=timezone.now()).order_by("next_due_at")[:500]
    return for_each(due, _run_if_due, on_failure=_postpone)


def _completed(check: Check) -> dict[str, Any]:
    """The parameters of a check, with the default of each that did not exist when it was defined."""
    parameters = check_faults.PARAMETERS.get(check.kind)
    return {**(parameters._field_defaults if parameters else {}), **check.parameters}


def _run_if_due(check: Check) -> bool:
    with transaction.atomic():
        unclaimed = Check.objects.filter(pk=check.pk, next_due_at=check.next_due_at)
        if not unclaimed.update(next_due_at=_due(check.schedule)):
            return False
        is_free = not check.runs.filter(state__in=UNDER_WAY).exists()
        if is_free:
            queue_run(check, actor=SYSTEM)
    return is_free


def _postpone(check: Check, error: Exception) -> None:
    """Try a check whose run could not be queued at its next time, not every few seconds."""
    try:
        due = _due(check.schedule)
    except ValueError:  # a schedule that was written past the actions
        due = timezone.now() + timedelta(hours=1)
    Check.objects.filter(pk=check.pk, next_due_at=check.next_due_at).update(next_due_at=due)


def propose(feature: Feature, definition: Definition, *, dataset: str = "", actor: Actor) -> CheckRun:
    """Compare a proposed definition with the current one, before anybody registers it; the queued run.

    It is read in the dialect of the current one.

    ``dataset``: held-out rows to compute both over, with the source table's columns; its own rows when empty.
    """
    definition, current = definition.as_stored(), feature.current
    faults, runs_as = _proposal_faults(feature, definition, dataset)
    if faults or current is None:
        raise Invalid(faults)
    address = fingerprint.version_name(fingerprint.address(definition))
    content = {"trained": current.name, "current": address, "proposed": runs_as.as_dict()}
    content |= ParityParameters().as_dict()
    content |= {"dataset": dataset} if dataset else {}
    name = "-".join(filter(None, ["proposal", feature.name, current.name, address, dataset]))
    check = _define(name, Check.Kind.DEFINITION_PARITY, content, feature=feature, actor=actor)
    return queue_run(check, actor=actor)


def _proposal_faults(feature: Feature, definition: Definition, dataset: str) -> tuple[list[Fault], Definition]:
    """What is wrong with the proposal, and the proposal as the engine runs it."""
    dialect = feature.current.dialect if feature.current else ENGINE
    [judged] = judge_each([(definition, dialect)])
    runs_as = definition._replace(computation_logic=judged.runs_as or definition.computation_logic)
    faults = judged.faults
    if feature.current and feature.current.is_code:
        faults.append(Fault("feature", "not_run", _not_run(feature.current)))
    if feature.current is None:
        faults.append(Fault("feature", "no_current_version", f"{feature.name} has no version to compare with."))
    tables = {definition.source_table} | ({feature.current.source_table} if feature.current else set())
    faults += [
        Fault("source_table", "not_bound", f"Source table {table} is not bound to a data set. Bind it first.")
        for table in sorted(tables)
        if not source_tables.bound(table)
    ]
    if dataset:
        both = [runs_as, *([feature.current.in_engine] if feature.current else [])]
        faults += held_out_faults(dataset, both, source_tables.bound(definition.source_table))
    return faults, runs_as


def _not_run(version: FeatureVersion) -> str:
    return NOT_RUN.format(name=version, language=version.dialect.capitalize())


def run_checks_of(version: FeatureVersion) -> None:
    """Run again the parity checks of a version that is current again: their alerts were resolved when it was not."""
    for check in version.feature.checks.filter(kind=Check.Kind.DEFINITION_PARITY, parameters__current=version.name):
        if "proposed" not in check.parameters:
            queue_run(check, actor=SYSTEM)


def queue_run(check: Check, *, actor: Actor) -> CheckRun:
    """Create a run and send it to a worker after commit; the row is stored whether or not the broker is reached.

    Refused where too many runs of this person, or about this team's models and features, are queued or running.
    """
    access.require(access.can_run_check(actor), ONLY_CONTRIBUTORS)
    with transaction.atomic():
        if actor is not SYSTEM:
            _require_room(check, actor)
        now = timezone.now()
        run = CheckRun.objects.create(check_definition=check, requested_by=actor.name, created_at=now, sent_at=now)
        record("check_run.queued", subject=f"check_run:{run.pk}", actor=actor, payload={"check": check.name})
        after_commit("registry.run_check", run.pk)
    return run


def request_run(check: Check, *, actor: Actor) -> CheckRun:
    """The run that somebody asks for: the one of this check that waits already, since it will read the same, else a new one.

    NotAllowed and Refused as `queue_run`.
    """
    access.require(access.can_run_check(actor), ONLY_CONTRIBUTORS)
    return check.runs.filter(state=CheckRun.State.QUEUED).order_by("pk").first() or queue_run(check, actor=actor)


def _require_room(check: Check, actor: Actor) -> None:
    about = check.model or check.feature
    of_team = Q(check_definition__model__owner_team=about.owner_team_id) if about else Q(pk=None)
    of_team |= Q(check_definition__feature__owner_team=about.owner_team_id) if about else Q(pk=None)
    under_way = CheckRun.objects.filter(state__in=UNDER_WAY).order_by()
    own, team = under_way.aggregate(
        own=Count("pk", filter=Q(requested_by=actor.name)), team=Count("pk", filter=of_team)
    ).values()
    if own >= OPEN_RUNS_LIMIT:
        sentence = (
            f"{own} of your runs are queued or running; the limit is {OPEN_RUNS_LIMIT}. Wait until some have ended."
        )
        raise Refused("too_many_runs", sentence)
    if about and team >= TEAM_RUNS_LIMIT:
        verb = "is" if team == 1 else "are"
        sentence = (
            f"{about.owner_team.name}: {counted(team, 'run')} {verb} queued or running, the limit is {TEAM_RUNS_LIMIT}."
        )
        raise Refused("too_many_runs", f"{sentence} Wait until some have ended.")


def cancel_run(run: CheckRun, *, actor: Actor) -> CheckRun:
    """Cancel a run: at once while it is queued, within seconds while it runs. Refused when it is over."""
    about = run.check_definition.model or run.check_definition.feature
    team = about.owner_team.slug if about else None
    sentence = "Only whoever requested this run, the team that it is about or a lead may cancel it."
    access.require(access.can_cancel_run(actor, run.requested_by, team), sentence)
    with transaction.atomic():
        run = CheckRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if run.is_over:
            raise Refused("run_is_over", f"Run {run.pk} is already {run.word}.")
        run.cancel_requested_at = run.cancel_requested_at or timezone.now()
        if run.state == CheckRun.State.QUEUED:
            run.state, run.finished_at = CheckRun.State.CANCELLED, timezone.now()
        run.save(update_fields=["state", "finished_at", "cancel_requested_at"])
        record("check_run.cancel_requested", subject=f"check_run:{run.pk}", actor=actor)
    return run


def _require_for(model: RegisteredModel | None, blocking: bool, actor: Actor) -> None:
    if model:
        team = model.owner_team.slug
        access.require(
            access.can_contribute(actor, team), f"Only contributors of {team} may define checks of {model.name}."
        )
    elif blocking:
        sentence = "Only a lead may define a blocking check without a model. Name a model, or set blocking to false."
        access.require(access.can_assess(actor), sentence)
    access.require(
        access.can_run_check(actor), "Viewers may only read checks. Contributors, approvers and leads may define them."
    )


def _name_faults(name: str) -> list[Fault]:
    return [] if name.strip() else [Fault("name", "required", "The name is empty. Give the check a name.")]


def _schedule_faults(schedule: str) -> list[Fault]:
    try:
        _due(schedule)
    except ValueError as error:
        return [Fault("schedule", "malformed", str(error))]
    return []


def _due(schedule: str) -> datetime | None:
    return next_after(schedule, timezone.now()) if schedule else None


def _define(
    name: str,
    kind: str,
    content: dict[str, Any],
    *,
    feature: Feature | None = None,
    model: RegisteredModel | None = None,
    blocking: bool = False,
    schedule: str = "",
    actor: Actor,
) -> Check:
    access.require(
        access.can_run_check(actor), "Viewers may only read checks. Contributors, approvers and leads may define them."
    )
    with transaction.atomic():
        check, created = Check.objects.get_or_create(
            name=name,
            defaults={
                "kind": kind,
                "parameters": content,
                "feature": feature,
                "model": model,
                "blocking": blocking,
                "schedule": schedule,
                "next_due_at": _due(schedule),
                "created_by": actor.name,
                "created_at": timezone.now(),
            },
        )
        if created:
            about = {"feature": feature.name} if feature else {"model": model.name} if model else {}
            payload = {"kind": kind, **content, **about, "blocking": blocking, "schedule": schedule}
            record("check.defined", subject=f"check:{name}", actor=actor, payload=payload)
        elif (check.kind, _completed(check)) != (kind, content):
            raise Refused("check_name_taken", f"Check {name} exists with other parameters. Choose another name.")
    return check
