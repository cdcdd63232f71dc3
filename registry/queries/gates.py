"""What the gates would say now, and what they said."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from registry.domain import compatibility, gates
from registry.domain.compatibility import Conflict
from registry.domain.lifecycle import Stage
from registry.models import Alert, GateDecision, ModelVersion
from registry.queries.snapshots import used_features


def conflicts_of(version: ModelVersion) -> tuple[Conflict, ...]:
    """Serving compatibility (G4): every way in which serving would differ from training."""
    return compatibility.conflicts(used_features(version), uses_no_features=version.uses_no_features)


def deployment_verdict(version: ModelVersion) -> gates.Verdict:
    """The deployment gate as it stands now; nothing is recorded."""
    return gates.deployment_gate(
        stage=version.stage, conflicts=conflicts_of(version), blocking_alerts=_blocking_alerts(version)
    )


def promotion_verdict(version: ModelVersion, to: str) -> gates.Verdict:
    """The promotion gate: into production only what serving computes as training did; elsewhere always."""
    if to != Stage.PRODUCTION:
        return gates.Verdict(gates.Decision.PROCEED)
    return deployment_verdict(version)


def latest_decisions(limit: int = 10) -> QuerySet[GateDecision]:
    """The newest gate decisions of all models."""
    return GateDecision.objects.select_related("model_version__model")[:limit]


def _blocking_alerts(version: ModelVersion) -> Sequence[str]:
    alerts = Alert.objects.filter(model_id=version.model_id, blocking=True).exclude(state=Alert.State.RESOLVED)
    return [f"A blocking alert is open: {title}" for title in alerts.values_list("title", flat=True)]
