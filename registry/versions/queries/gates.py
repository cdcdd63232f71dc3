"""What the gates would say now, and what they said."""

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
from registry.versions.rules.policies import Judged


class GatedVersion(NamedTuple):
    """A model version with what the deployment gate says of it now."""

    version: ModelVersion
    verdict: gates.Verdict


def conflicts_of(version: ModelVersion, *, pins: Mapping[str, str] | None = None) -> tuple[Conflict, ...]:
    """Serving compatibility (G4): every way in which serving would differ from training.

    ``pins`` are those of a deployment; they go before the version's own.
    """
    return compatibility.conflicts(used_features(version, pins), uses_no_features=version.uses_no_features)


def deployment_verdict(
    version: ModelVersion, *, environment: str = "", pins: Mapping[str, str] | None = None
) -> gates.Verdict:
    """The deployment gate as it stands now, in one environment if one is named; nothing is recorded.

    A version in production must still show what its policies ask for: a promotion stands as long as they do. One of a
    regulated model must show it at every stage, so that no environment of another name lets it serve unseen.
    """
    asked = version.stage == Stage.PRODUCTION or version.model.regulated
    checks = policies.judged(version) if asked else None
    return _verdict(version, checks, environment=environment, pins=pins)


def promotion_verdict(version: ModelVersion, to: str) -> gates.Verdict:
    """The promotion gate: into production only what serving computes as training did and what its policies let
    through; elsewhere always."""
    if to != Stage.PRODUCTION:
        return gates.Verdict(gates.Decision.PROCEED)
    return _verdict(version, policies.judged(version))


def causes_to_override(version: ModelVersion) -> tuple[Cause, ...]:
    """What closes the next gate of a version now and may be overridden: on its way to production, or in it."""
    verdict = promotion_verdict(version, Stage.PRODUCTION)
    return tuple(cause for cause in verdict.causes if cause.overridable)


def latest_decisions(limit: int = 10) -> QuerySet[GateDecision]:
    """The newest gate decisions of all models."""
    return GateDecision.objects.select_related("model_version__model")[:limit]


def _verdict(
    version: ModelVersion,
    checks: Sequence[Judged] | None,
    *,
    environment: str = "",
    pins: Mapping[str, str] | None = None,
) -> gates.Verdict:
    """``checks`` None: at this stage nobody asks policies."""
    unjudged = _unjudged(version, checks) if checks is not None else ()
    return gates.gate(
        stage=version.stage,
        environment=environment,
        conflicts=conflicts_of(version, pins=pins),
        alerts=[*blocking_alerts(version.model_id), *unjudged],
        checks=checks or (),
        words=overrides.words(version),
        at=timezone.now(),
    )


def _unjudged(version: ModelVersion, checks: Sequence[Judged]) -> list[Cause]:
    """That nobody from outside judges the fairness of a regulated model."""
    if not version.model.regulated or any(check.owner and check.check.is_of_fairness for check in checks):
        return []
    sentence = "The model is regulated, and no other team's policy judges its fairness: ask that team to save one."
    return [Cause("regulated:unjudged", sentence)]


def blocking_alerts(model_id: int) -> list[Cause]:
    """The open alerts of a model that close its gates, as causes."""
    alerts = Alert.objects.filter(model_id=model_id, blocking=True).exclude(state=Alert.State.RESOLVED)
    told = alerts.values_list("pk", "title")
    return [Cause(f"alert:{pk}", f"A blocking alert is open: {title}") for pk, title in told]
