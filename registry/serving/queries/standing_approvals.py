"""Standing approvals, and whether one covers a change: what the rules of the fast lane compare, read from the registry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor, Role, actor_of
from platform_site.errors import Refused, Unknown
from platform_site.people.models import User
from platform_site.people.queries import require_owner
from registry.models import Alert, ModelVersion, RegisteredModel, SnapshotEntry, StandingApproval
from registry.serving.queries.changes import Change, Lane
from registry.serving.queries.deployments import revisions_of
from registry.serving.rules.configuration import Configuration
from registry.serving.rules.fast_lane import Circumstances, Side, Traffic, conditions
from registry.versions.queries import overrides, policies
from registry.versions.queries.snapshots import effective_pins
from registry.versions.rules.policies import PASSED

State = StandingApproval.State


def standing_approvals() -> QuerySet[StandingApproval]:
    """Every standing approval, newest first."""
    return StandingApproval.objects.select_related("model__owner_team")


def standing_approval(pk: int) -> StandingApproval:
    """One of them; Unknown when there is none."""
    row = standing_approvals().filter(pk=pk).first()
    if row is None:
        raise Unknown(f"There is no standing approval {pk}.")
    return row


def in_force() -> QuerySet[StandingApproval]:
    """Those that were approved and have not ended; their approver may have lost the role since."""
    return standing_approvals().filter(state=State.APPROVED, until__gt=timezone.now())


def waiting() -> QuerySet[StandingApproval]:
    """Those that wait for another person and have not expired."""
    return standing_approvals().filter(state=State.WAITING, until__gt=timezone.now())


def awaiting_decision_of(actor: Actor) -> QuerySet[StandingApproval]:
    """Those that this person may decide; none for those who are not approvers."""
    if Role.APPROVER not in actor.roles or actor.is_service:
        return StandingApproval.objects.none()
    return waiting().exclude(requested_by__in={actor.name, *actor.holds})


class FastLane(NamedTuple):
    """The fast lane of one model in one environment: what is in force, why that covers nothing, and what waits."""

    environment: str
    current: StandingApproval | None
    problem: str
    waiting: StandingApproval | None


def fast_lanes(model: RegisteredModel) -> list[FastLane]:
    """Each environment of a model with a standing approval in force or waiting."""
    rows = list(standing_approvals().filter(Q(state=State.APPROVED) | Q(state=State.WAITING), model=model))
    rows = [row for row in rows if not row.is_over]
    return [
        FastLane(
            environment,
            current := next((row for row in rows if row.environment == environment and row.decided_by), None),
            problem_of(current) if current else "",
            next((row for row in rows if row.environment == environment and not row.decided_by), None),
        )
        for environment in sorted({row.environment for row in rows})
    ]


def problem_of(approval: StandingApproval) -> str:
    """Why a standing approval in force covers no change at all, whoever requests it; empty where nothing does."""
    if approval.model.regulated:
        return "The model is regulated: each change of what serves is looked at by a person."
    return approver_problem(approval)


def approver_problem(approval: StandingApproval, requester: str = "") -> str:
    """Why its approver does not approve a change of the requester now; empty where they do. An approval ends with the
    approver's role or account."""
    name = approval.decided_by
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        return f"{name}, who approved it, has no active account."
    approver = actor_of(user)
    if Role.APPROVER not in approver.roles or not access.can_decide(approver):
        return f"{name}, who approved it, is not an approver any more."
    if requester and not access.is_another(approver, requester):
        return f"{name} approved it, and {requester} requests this change: another person has to decide it."
    try:
        require_owner(requester)
    except Refused as refusal:
        return refusal.message
    return ""


def policies_in_force(model: RegisteredModel) -> list[str]:
    """The policies that apply to a model, each with its version."""
    return sorted(str(policy) for policy in policies.policies_for(model))


def baseline_of(model: RegisteredModel, environment: str) -> dict[str, Any] | None:
    """The version with the most traffic in an environment and its metrics, which relative limits are held against; None
    where no version has traffic."""
    revision = revisions_of(model, environment).first()
    share = next((share for share in revision.shares.all() if share.percent), None) if revision else None
    if share is None:
        return None
    metrics = [
        {"metric": metric, "slice": on, "value": value}
        for (metric, on), value in sorted(policies.newest_results(share.model_version).items())
    ]
    return {"version": share.model_version.version, "metrics": metrics}


def lane_of(change: Change, approval: StandingApproval) -> Lane:
    """Every condition of the fast lane for a change, which the gate has decided."""
    version, base, head = change.version, change.base, change.head
    others = [name for name in base.with_traffic if name != version.version]
    rows = (
        version.model.versions.filter(version__in=others).select_related("model", "data_snapshot").order_by("version")
    )
    serving = [_side(row, base, serves=True) for row in rows]
    traffic = Traffic(head, base, change.serving.approved_configuration)
    return Lane(
        approval, conditions(approval.terms, _side(version, head), serving, traffic, _circumstances(change, approval))
    )


def _circumstances(change: Change, approval: StandingApproval) -> Circumstances:
    alerts = Alert.objects.filter(Q(blocking=True) | Q(finding__in=Alert.OF_SERVING), model=approval.model_id)
    open_alerts = alerts.exclude(state=Alert.State.RESOLVED).order_by("pk").values_list("pk", "title")
    excepted = overrides.in_force().filter(model_version__model=approval.model_id).order_by("pk")
    return Circumstances(
        approver=approver_problem(approval, change.actor.name),
        regulated=approval.model.regulated,
        in_steps=bool(change.steps),
        alerts=[f"Alert {pk} is open: {title}." for pk, title in open_alerts],
        overrides=[f"Override {row.pk} of {row.model_version} is in force." for row in excepted],
        overridden=[f"The gate opens only under override {row['override']}." for row in change.decided.overridden],
        policies=policies_in_force(approval.model),
    )


def _side(version: ModelVersion, configuration: Configuration, *, serves: bool = False) -> Side:
    """What the fast lane compares of a version, as it would serve in a configuration.

    A policy check that compares with what serves asks nothing of a version that ``serves``: it is what others must match.
    """
    rows = SnapshotEntry.objects.filter(snapshot__model_version=version)
    entries = list(rows.select_related("feature", "feature_version", "source_version__source_table"))
    pins = effective_pins(version, configuration.pins.get(version.version))
    served = {entry.feature.name: pins.get(entry.feature_id, entry.feature_version).name for entry in entries}
    return Side(
        version.version,
        {entry.feature.name: entry.feature_version.name for entry in entries},
        {entry.feature.name: _source_words(entry) for entry in entries},
        served,
        _recipe(version),
        {
            f"{row.policy} v{row.policy_version}: {row.check}": PASSED if serves and row.check.baseline else row.outcome
            for row in policies.check_results(version)
        },
        policies.newest_results(version),
    )


def _source_words(entry: SnapshotEntry) -> str:
    source = entry.source_version
    return f"{source.source_table.name} version {source.number}" if source else ""


def _recipe(version: ModelVersion) -> Mapping[str, str]:
    settings = json.dumps(version.hyperparameters, sort_keys=True).encode()
    return {
        "code": version.code_commit[:12],
        "container": version.container_digest,
        "hyperparameters": hashlib.sha256(settings).hexdigest()[:12],
        "type": version.model.model_type or "none",
    }
