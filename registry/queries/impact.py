"""Blast radius: which model versions a feature version, or a change to it, touches (F6)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from registry.domain.lifecycle import Stage
from registry.models import Check, Feature, FeatureVersion, ModelVersion, RegisteredModel


def trained_on(version: FeatureVersion) -> QuerySet[ModelVersion]:
    """The model versions whose snapshot names this feature version, production first."""
    return (
        ModelVersion.objects.filter(snapshot__entries__feature_version=version)
        .select_related("model__owner_team")
        .order_by("stage", "model__name", "version")
    )


def would_block(feature: Feature, equivalence: str) -> tuple[ModelVersion, ...]:
    """The production model versions that the gate blocks while a definition of that equivalence is current: trained
    on something else, and not pinned."""
    same = feature.versions.filter(equivalence=equivalence)
    return tuple(
        ModelVersion.objects.filter(stage=Stage.PRODUCTION, snapshot__entries__feature=feature)
        .exclude(snapshot__entries__feature_version__in=same)
        .exclude(pins__feature=feature)
        .select_related("model__owner_team")
        .order_by("model__name", "version")
    )


def models_concerned(check: Check) -> QuerySet[RegisteredModel]:
    """The models that an alert of this check is about: trained on its feature and in production or staging."""
    if check.model_id:
        return RegisteredModel.objects.filter(pk=check.model_id)
    served = Q(versions__stage__in=[Stage.PRODUCTION, Stage.STAGING])
    return RegisteredModel.objects.filter(served, versions__snapshot__entries__feature=check.feature_id).distinct()
