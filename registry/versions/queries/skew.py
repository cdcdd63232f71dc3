"""The skew of a model version that closes its gate: what its open alerts say of the definitions that serving computes."""

from __future__ import annotations

from registry.features.queries.gate_settings import gate_settings
from registry.models import Alert, ModelVersion
from registry.versions.rules.gates import skew_cause
from registry.versions.rules.overrides import Cause


def skew_causes(version: ModelVersion) -> list[Cause]:
    """One cause for each environment and feature that serving computes by another definition; two queries, one without skew.

    A later report of that environment without it ends its alert, and with it the cause. None where the platform's
    settings leave the gate open.
    """
    alerts = version.alerts.filter(finding=Alert.Kind.SKEW).exclude(state=Alert.State.RESOLVED)
    causes = [cause for alert in alerts.order_by("environment", "feature") for cause in _causes_of(alert)]
    return causes if causes and gate_settings().skew_closes_gate else []


def _causes_of(alert: Alert) -> list[Cause]:
    """Of each part: the version that is due, and the one that serves."""
    pairs = (part.partition(">")[::2] for part in alert.parts)
    return [skew_cause(alert.environment, alert.feature, due, served, until=alert.observed_at) for due, served in pairs]
