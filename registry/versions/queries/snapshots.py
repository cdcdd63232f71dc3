"""What a model version was trained on, what serving computes for it, and what a snapshot's names resolve to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platform_site.errors import Fault
from registry.models import (
    Feature,
    FeatureVersion,
    ModelVersion,
    ServedShare,
    ServingRevision,
    SnapshotEntry,
    TrainingSnapshot,
)
from registry.versions.rules.compatibility import Used

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


def used_features(version: ModelVersion, deployed: Mapping[str, str] | None = None) -> list[Used] | None:
    """For each feature of the snapshot what was trained on and what serving would compute; None without a snapshot.

    Three queries, however many features; one more where a deployment has pins.
    """
    if not TrainingSnapshot.objects.filter(model_version=version).exists():
        return None
    pins = pins_that_hold(version, deployed)
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version).select_related(
        "feature__current", "feature_version"
    )
    return [_used(entry, pins.get(entry.feature_id)) for entry in entries]


def serving_features(version: ModelVersion, environment: str = "") -> list[FeatureVersion]:
    """What serving must compute (F7): the definition at the pin if there is one, else at the version trained on.

    In an environment the pins of what serves there go before the version's own.
    """
    pins = pins_that_hold(version, deployed_pins(version, environment) if environment else None)
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version)
    wanted = [pins[entry.feature_id].pk if entry.feature_id in pins else entry.feature_version_id for entry in entries]
    return list(FeatureVersion.objects.filter(pk__in=wanted).select_related("feature").order_by("feature__name"))


def pins_that_hold(version: ModelVersion, deployed: Mapping[str, str] | None = None) -> dict[int, FeatureVersion]:
    """The version of each pinned feature, by the feature's id: a deployment's pin before the version's own."""
    pins = {pin.feature_id: pin.feature_version for pin in version.pins.select_related("feature_version")}
    if deployed:
        named = FeatureVersion.objects.filter(feature__name__in=deployed, name__in=deployed.values())
        for one in named.select_related("feature"):
            if deployed[one.feature.name] == one.name:
                pins[one.feature_id] = one
    return pins


def deployed_pins(version: ModelVersion, environment: str) -> dict[str, str]:
    """What is pinned for a version in what serves in an environment now; nothing where it does not serve."""
    line = ServingRevision.objects.filter(model=version.model_id, environment=environment).order_by("-number")
    share = ServedShare.objects.filter(model_version=version, revision=line.values("pk")[:1]).first()
    return share.pins if share else {}


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
