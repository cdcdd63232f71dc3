"""What the gates would decide now, and what they have decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from registry.models import Alert, GateDecision, ModelVersion
from registry.versions.queries import overrides, policies
from registry.versions.queries.snapshots import used_features
from registry.versions.rules import compatibility, gates
from registry.versions.rules.compatibility import Conflict
from registry.versions.rules.lifecycle import Stage
from registry.versions.rules.overrides import Cause
from registry.versions.rules.policies import CheckResult


class GatedVersion(NamedTuple):
    """A model version with what the deployment gate says of it now."""

    version: ModelVersion
    verdict: gates.Verdict


def conflicts_of(version: ModelVersion, *, pins: Mapping[str, str] | None = None) -> tuple[Conflict, ...]:
    """Serving compatibility (G4): every way in which serving would differ from training.

    ``pins`` are those of a deployment; they take precedence over the version's own.
    """
    return compatibility.conflicts(used_features(version, pins), uses_no_features=version.uses_no_features)


def deployment_verdict(
    version: ModelVersion, *, environment: str = "", pins: Mapping[str, str] | None = None
) -> gates.Verdict:
    """What the deployment gate would decide now, in one environment if one is named; nothing is recorded.

    A version in production must still meet its policies: a promotion is valid only as long as they hold. A version of
    a regulated model must meet them at every stage, so that it cannot serve unchecked in an environment with another
    name.
    """
    policies_apply = version.stage == Stage.PRODUCTION or version.model.regulated
    checks = policies.check_results(version) if policies_apply else None
    return _verdict(version, checks, environment=environment, pins=pins)


def promotion_verdict(version: ModelVersion, to: str) -> gates.Verdict:
    """What the promotion gate would decide now.

    A version enters production only if serving computes what training did and its policies let it through; every
    other stage is open.
    """
    if to != Stage.PRODUCTION:
        return gates.Verdict(gates.Decision.PROCEED)
    return _verdict(version, policies.check_results(version))


def causes_to_override(version: ModelVersion) -> tuple[Cause, ...]:
    """What blocks a version on its way to production, or in it, and may be overridden."""
    verdict = promotion_verdict(version, Stage.PRODUCTION)
    return tuple(cause for cause in verdict.causes if cause.overridable)


def latest_decisions(limit: int = 10) -> QuerySet[GateDecision]:
    """The newest gate decisions of all models."""
    return GateDecision.objects.select_related("model_version__model")[:limit]


def _verdict(
    version: ModelVersion,
    checks: Sequence[CheckResult] | None,
    *,
    environment: str = "",
    pins: Mapping[str, str] | None = None,
) -> gates.Verdict:
    """The verdict over everything that decides. ``checks`` None: policies do not apply at this stage."""
    missing_policy = _missing_fairness_policy(version, checks) if checks is not None else ()
    return gates.gate(
        stage=version.stage,
        environment=environment,
        conflicts=conflicts_of(version, pins=pins),
        alerts=[*blocking_alerts(version.model_id), *missing_policy],
        checks=checks or (),
        overrides=overrides.approved_overrides(version),
        at=timezone.now(),
    )


def _missing_fairness_policy(version: ModelVersion, checks: Sequence[CheckResult]) -> list[Cause]:
    """The cause that no other team's policy checks the fairness of a regulated model, if that is so."""
    if not version.model.regulated or any(check.owner and check.check.is_fairness for check in checks):
        return []
    sentence = "The model is regulated, and no other team's policy checks its fairness. Ask another team to save one."
    return [Cause("regulated:unjudged", sentence)]


def blocking_alerts(model_id: int) -> list[Cause]:
    """The open alerts of a model that block its gates, as causes."""
    alerts = Alert.objects.filter(model_id=model_id, blocking=True).exclude(state=Alert.State.RESOLVED)
    titles = alerts.values_list("pk", "title")
    return [Cause(f"alert:{pk}", f"A blocking alert is open: {title}") for pk, title in titles]
