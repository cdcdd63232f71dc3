"""What the gates of an organization's models say: which are blocked now, and which overrides opened one."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from registry.models import GateDecision, ModelVersion, Override
from registry.published.known_models import owned_by
from registry.versions.queries import headline
from registry.versions.rules.gates import Decision
from registry.versions.rules.lifecycle import Stage


class BlockedVersion(NamedTuple):
    """A production model version that is blocked now, and the features in conflict."""

    model: str
    version: str
    features: tuple[str, ...]


class UsedOverride(NamedTuple):
    """An override that opened a gate, and when it did so last."""

    id: int
    model: str
    version: str
    reason: str
    approved_by: str
    used_at: datetime


def blocked_now(organization_id: int | None) -> list[BlockedVersion]:
    """The production model versions of an organization's teams that are blocked, by model and version."""
    return sorted(
        BlockedVersion(version.model.name, version.version, tuple(version.conflicting))
        for version in headline.blocked_now()[0]
        if version.model.owner_team.organization_id == organization_id
    )


def count_in_production(organization_id: int | None) -> int:
    """How many model versions of an organization's teams are in production, each of which a gate may block."""
    return ModelVersion.objects.filter(owned_by(organization_id, "model"), stage=Stage.PRODUCTION).count()


def count_decisions(organization_id: int | None, since: datetime) -> int:
    """How often a gate decided about a version of an organization's teams since a moment."""
    return GateDecision.objects.filter(owned_by(organization_id, "model_version__model"), decided_at__gte=since).count()


def overrides_used(organization_id: int | None, since: datetime) -> list[UsedOverride]:
    """The overrides with which a gate proceeded since a moment, the last used first; two queries."""
    decisions = GateDecision.objects.filter(
        owned_by(organization_id, "model_version__model"), decision=Decision.PROCEED, decided_at__gte=since
    )
    used: dict[int, datetime] = {}
    for causes, moment in (
        decisions.exclude(overridden=[]).order_by("decided_at").values_list("overridden", "decided_at")
    ):
        used |= {cause["override"]: moment for cause in causes}
    overrides = Override.objects.filter(pk__in=used).select_related("model_version__model")
    rows = [
        UsedOverride(
            row.pk, row.model_version.model.name, row.model_version.version, row.reason, row.decided_by, used[row.pk]
        )
        for row in overrides
    ]
    return sorted(rows, key=lambda row: (row.used_at, row.id), reverse=True)
