"""Blast radius: which model versions a feature version, or a change to it, touches (F6)."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from registry.domain.lifecycle import Stage
from registry.models import Check, Feature, FeaturePin, FeatureVersion, ModelVersion, RegisteredModel, SnapshotEntry


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


def blocked_in_production() -> list[ModelVersion]:
    """The production model versions that are served another definition than they were trained on: one query.

    Each has ``conflicting``, the names of the features in conflict.
    """
    entries = (
        SnapshotEntry.objects.filter(snapshot__model_version__stage=Stage.PRODUCTION)
        .exclude(feature__current__equivalence=F("feature_version__equivalence"))
        .exclude(
            Exists(
                FeaturePin.objects.filter(
                    model_version=OuterRef("snapshot__model_version"),
                    feature=OuterRef("feature"),
                    feature_version__equivalence=OuterRef("feature_version__equivalence"),
                )
            )
        )
        .select_related("feature", "snapshot__model_version__model__owner_team")
        .order_by("snapshot__model_version__model__name", "snapshot__model_version__version", "feature__name")
    )
    found: dict[int, ModelVersion] = {}
    for entry in entries:
        version = found.setdefault(entry.snapshot.model_version_id, entry.snapshot.model_version)
        version.conflicting = [*getattr(version, "conflicting", []), entry.feature.name]
    return list(found.values())
