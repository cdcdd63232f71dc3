"""The statements that a model version uses no registered features, which a second person has to confirm."""

from __future__ import annotations

from django.db.models import QuerySet

from registry.models import ModelVersion, Stage


def waiting() -> QuerySet[ModelVersion]:
    """The versions whose statement nobody confirmed yet, the newest first; none of a regulated model, which must name its
    features, and none that is archived."""
    stated = ModelVersion.objects.filter(uses_no_features=True, no_features_confirmation=None, model__regulated=False)
    return stated.exclude(stage=Stage.ARCHIVED).select_related("model__owner_team").order_by("-registered_at", "-pk")
