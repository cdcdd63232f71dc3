"""Define checks and ask for runs of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.queue import after_commit
from registry.domain import fingerprint
from registry.domain.definition import Definition
from registry.domain.parity_check import ParityParameters
from registry.models import Check, CheckRun, Feature, FeatureVersion
from registry.queries import source_tables
from registry.queries.definitions import definition_faults

OPEN_RUNS_LIMIT = 200  # queued and running runs asked for by one person: expensive work is counted before it begins


def define_parity(
    trained: FeatureVersion,
    current: FeatureVersion,
    *,
    parameters: Mapping[str, Any],
    name: str = "",
    blocking: bool = False,
    actor: Actor,
) -> Check:
    """The definition-parity check of two versions of one feature; the same name gives the same check."""
    faults, parsed = ParityParameters.parse(parameters)
    if trained.feature_id != current.feature_id:
        faults.append(Fault("current", "other_feature", "Both versions must be of one feature."))
    if faults:
        raise Invalid([Fault(*fault) for fault in faults])
    name = name or f"parity-{trained.feature.name}-{trained.name}-{current.name}"
    content = {"trained": trained.name, "current": current.name} | parsed.as_dict()
    return _define(name, trained.feature, content, blocking=blocking, actor=actor)


def propose(feature: Feature, definition: Definition, *, actor: Actor) -> CheckRun:
    """Hold a proposed definition against the current one, before anybody registers it; the queued run."""
    faults = definition_faults(definition)
    if feature.current is None:
        faults.append(Fault("feature", "no_current_version", f"{feature.name} has no version to compare with."))
    tables = {definition.source_table} | ({feature.current.source_table} if feature.current else set())
    faults += [
        Fault("source_table", "not_bound", f"Source table {table} is not bound to a data set: bind it first.")
        for table in sorted(tables)
        if not source_tables.bound(table)
    ]
    if faults:
        raise Invalid(faults)
    address = fingerprint.version_name(fingerprint.address(definition))
    content = {"trained": feature.current.name, "current": address, "proposed": definition.as_dict()}
    content |= ParityParameters().as_dict()
    name = f"proposal-{feature.name}-{feature.current.name}-{address}"
    return queue_run(_define(name, feature, content, blocking=False, actor=actor), actor=actor)


def compare_versions(trained: FeatureVersion, current: FeatureVersion, *, actor: Actor) -> CheckRun | None:
    """Ask for the parity run of two versions; None while the data behind either is not bound."""
    if not all(source_tables.bound(version.source_table) for version in (trained, current)):
        return None
    check = define_parity(trained, current, parameters={}, actor=actor)
    return queue_run(check, actor=actor)


def queue_run(check: Check, *, actor: Actor) -> CheckRun:
    """Create a run and send it to a worker after commit; the row stands whether or not the broker hears of it."""
    access.require(access.can_run_check(actor), "Viewers read checks; contributors, approvers and leads run them.")
    with transaction.atomic():
        waiting = CheckRun.objects.filter(requested_by=actor.name, state__in=["queued", "running"]).count()
        if waiting >= OPEN_RUNS_LIMIT:
            raise Refused("too_many_runs", f"{waiting} of your runs are waiting: let them end first.")
        now = timezone.now()
        run = CheckRun.objects.create(check_definition=check, requested_by=actor.name, created_at=now, sent_at=now)
        record("check_run.queued", subject=f"check_run:{run.pk}", actor=actor, payload={"check": check.name})
        after_commit("registry.run_check", run.pk)
    return run


def cancel_run(run: CheckRun, *, actor: Actor) -> CheckRun:
    """Cancel a run: at once while it is queued, within seconds while it runs. Refused when it is over."""
    access.require(access.can_run_check(actor), "Viewers read checks; contributors, approvers and leads run them.")
    with transaction.atomic():
        run = CheckRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if run.is_over:
            raise Refused("run_is_over", f"Run {run.pk} is {run.word} already.")
        run.cancel_requested_at = run.cancel_requested_at or timezone.now()
        if run.state == CheckRun.State.QUEUED:
            run.state, run.finished_at = CheckRun.State.CANCELLED, timezone.now()
        run.save(update_fields=["state", "finished_at", "cancel_requested_at"])
        record("check_run.cancel_requested", subject=f"check_run:{run.pk}", actor=actor)
    return run


def _define(name: str, feature: Feature, content: dict[str, Any], *, blocking: bool, actor: Actor) -> Check:
    access.require(access.can_run_check(actor), "Viewers read checks; contributors, approvers and leads define them.")
    with transaction.atomic():
        check, created = Check.objects.get_or_create(
            name=name,
            defaults={
                "kind": Check.Kind.DEFINITION_PARITY,
                "parameters": content,
                "feature": feature,
                "blocking": blocking,
                "created_by": actor.name,
                "created_at": timezone.now(),
            },
        )
        if created:
            payload = content | {"feature": feature.name, "blocking": blocking}
            record("check.defined", subject=f"check:{name}", actor=actor, payload=payload)
        elif check.parameters != content:
            raise Refused("check_name_taken", f"Check {name} exists with other parameters: choose another name.")
    return check
