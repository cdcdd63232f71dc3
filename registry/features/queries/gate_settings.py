"""How the gates of this installation are set, and which features need parity first."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from registry.models import CurrentVersionChange, Feature, FeatureVersion, GateSettings, SnapshotEntry, Stage


def gate_settings() -> GateSettings:
    """The settings in force: as shipped until a lead changes them."""
    return GateSettings.objects.first() or GateSettings()


def parity_first(features: Collection[Feature]) -> set[int]:
    """The ids of the features whose new versions wait for their parity check: by the feature's switch, or by the
    platform's for what a production model uses. Two queries."""
    own = {feature.pk for feature in features if feature.requires_parity}
    if not gate_settings().parity_first_in_production:
        return own
    used = SnapshotEntry.objects.filter(feature__in=features, snapshot__model_version__stage=Stage.PRODUCTION)
    return own | set(used.values_list("feature", flat=True))


def waits(version: FeatureVersion, feature: Feature) -> bool:
    """Whether a version is newer than the current one and never was current."""
    return waiting_versions(feature).filter(pk=version.pk).exists()


def waiting_versions(feature: Feature) -> QuerySet[FeatureVersion]:
    """The versions of a feature that are newer than the current one and never were current, newest first."""
    current = feature.current.number if feature.current else 0
    tried = CurrentVersionChange.objects.filter(feature=feature).values("after")
    return feature.versions.filter(number__gt=current).exclude(pk__in=tried).order_by("-number")
