"""What a model version was trained on, what serving computes for it, and what a snapshot's names resolve to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platform_site.errors import Fault
from registry.domain.compatibility import Used
from registry.models import Feature, FeatureVersion, ModelVersion, SnapshotEntry, TrainingSnapshot

FIELD = "lineage.feature_snapshot"


def resolve_snapshot(named: Any) -> tuple[list[FeatureVersion], list[Fault]]:
    """The feature versions that ``{feature: version, "latest": [feature]}`` names, and every name that resolves to none.

    "Latest" is a convenience that is resolved here, before anything is stored (G2).
    """
    if not isinstance(named, Mapping):
        return [], []
    latest = named.get("latest") if isinstance(named.get("latest"), list) else []
    wanted = {name: version for name, version in named.items() if name != "latest"}
    wanted |= {name: None for name in latest if isinstance(name, str)}
    features = {feature.name: feature for feature in Feature.objects.filter(name__in=wanted).select_related("current")}
    versions = {
        (version.feature_id, version.name): version
        for version in FeatureVersion.objects.filter(
            feature__in=features.values(), name__in=[name for name in wanted.values() if isinstance(name, str)]
        ).select_related("feature")
    }
    entries, faults = [], []
    for name, version in wanted.items():
        found = _entry(features.get(name), version, versions)
        (entries if isinstance(found, FeatureVersion) else faults).append(found or _unresolved(name, version))
    return entries, faults


def recorded_snapshot(version: ModelVersion) -> dict[str, str] | None:
    """The recorded snapshot as ``{feature: version}``; None when none was recorded."""
    snapshot = TrainingSnapshot.objects.filter(model_version=version).first()
    if snapshot is None:
        return None
    return dict(snapshot.entries.values_list("feature__name", "feature_version__name"))


def trained_versions(version: ModelVersion) -> dict[str, FeatureVersion]:
    """Each feature of the snapshot at the version trained on, by name."""
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version).select_related("feature_version__feature")
    return {entry.feature_version.feature.name: entry.feature_version for entry in entries}


def pinned_versions(version: ModelVersion) -> dict[str, str]:
    """The pins that stand, ``{feature: version}``."""
    return dict(version.pins.values_list("feature__name", "feature_version__name"))


def used_features(version: ModelVersion) -> list[Used] | None:
    """For each feature of the snapshot what was trained on and what serving would compute; None without a snapshot.

    Three queries, however many features.
    """
    if not TrainingSnapshot.objects.filter(model_version=version).exists():
        return None
    pins = {pin.feature_id: pin.feature_version for pin in version.pins.select_related("feature_version")}
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version).select_related(
        "feature__current", "feature_version"
    )
    return [_used(entry, pins.get(entry.feature_id)) for entry in entries]


def serving_features(version: ModelVersion) -> list[FeatureVersion]:
    """What serving must compute (F7): the definition at the pin if there is one, else at the version trained on."""
    pins = {pin.feature_id: pin.feature_version_id for pin in version.pins.all()}
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version)
    wanted = [pins.get(entry.feature_id, entry.feature_version_id) for entry in entries]
    return list(FeatureVersion.objects.filter(pk__in=wanted).select_related("feature").order_by("feature__name"))


def _used(entry: SnapshotEntry, pin: FeatureVersion | None) -> Used:
    served = pin or entry.feature.current
    return Used(
        entry.feature.name,
        entry.feature_version.as_version,
        served.as_version if served else None,
        pinned=pin is not None,
    )


def _entry(
    feature: Feature | None, version: Any, versions: Mapping[tuple[int, str], FeatureVersion]
) -> FeatureVersion | None:
    if feature is None:
        return None
    if version is None and feature.current:
        feature.current.feature = feature
        return feature.current
    return versions.get((feature.pk, version)) if isinstance(version, str) else None


def _unresolved(name: str, version: Any) -> Fault:
    at = f" at version {version}" if version else ""
    sentence = f"Feature {name}{at} is not registered: register it first (POST features/), or correct the name."
    return Fault(f"{FIELD}.{name}", "unresolvable", sentence)
