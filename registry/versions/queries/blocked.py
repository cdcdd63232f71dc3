"""The production model versions that the deployment gate blocks because serving computes a different definition."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from registry.models import FeaturePin, ModelVersion, SnapshotEntry, Stage
from registry.versions.queries.overrides import keys_in_force


def blocked_in_production() -> list[ModelVersion]:
    """The production model versions whose serving definition differs from training, without an override; three queries.

    Each has ``conflicting``, the names of the features in conflict.
    """
    entries = list(_conflicting_entries())
    versions = {entry.snapshot.model_version_id: entry.snapshot.model_version for entry in entries}
    pins = {(pin.model_version_id, pin.feature_id): pin.feature_version for pin in _pins_of(versions)}
    over = keys_in_force(versions.values())
    for entry in entries:
        version = versions[entry.snapshot.model_version_id]
        served = pins.get((version.pk, entry.feature_id)) or entry.feature.current
        key = f"{entry.feature.name}:{entry.feature_version.name}>{served.name if served else '-'}"
        if key not in over.get(version.pk, ()):
            version.conflicting = [*getattr(version, "conflicting", []), entry.feature.name]
    return [version for version in versions.values() if hasattr(version, "conflicting")]


def _pins_of(versions: Iterable[int]) -> QuerySet[FeaturePin]:
    return FeaturePin.objects.filter(model_version__in=list(versions)).select_related("feature_version")


def _conflicting_entries() -> QuerySet[SnapshotEntry]:
    pinned_to_the_same = FeaturePin.objects.filter(
        model_version=OuterRef("snapshot__model_version"),
        feature=OuterRef("feature"),
        feature_version__equivalence=OuterRef("feature_version__equivalence"),
    )
    pinned = FeaturePin.objects.filter(model_version=OuterRef("snapshot__model_version"), feature=OuterRef("feature"))
    current_is_the_same = Q(feature__current__equivalence=F("feature_version__equivalence")) & ~Exists(pinned)
    return (
        SnapshotEntry.objects.filter(snapshot__model_version__stage=Stage.PRODUCTION)
        .exclude(current_is_the_same)
        .exclude(Exists(pinned_to_the_same))
        .select_related("feature__current", "feature_version", "snapshot__model_version__model__owner_team")
        .order_by("snapshot__model_version__model__name", "snapshot__model_version__version", "feature__name")
    )
