"""What a model version was trained on, what serving computes for it and where, and what a snapshot's names resolve to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from platform_site.errors import Fault
from registry.data.queries.source_tables import Grounds, grounds
from registry.features.queries.parity_evidence import parity_runs
from registry.features.rules.naming import names_a_column
from registry.models import (
    Feature,
    FeaturePin,
    FeatureVersion,
    ModelVersion,
    RegisteredModel,
    ServedShare,
    ServingRevision,
    SnapshotEntry,
    TrainingSnapshot,
)
from registry.versions.rules.compatibility import UsedFeature

FIELD = "lineage.feature_snapshot"
SOURCE = ("source_version__source_table", "source_version__dataset")


class PinOfFeature(NamedTuple):
    """Why serving computes a feature at one version: the reason on record, and the environment where a deployment pins it;
    empty for a pin of the model version."""

    environment: str
    reason: str
    pinned_by: str
    pinned_at: datetime


class KnownFeatures(NamedTuple):
    """The features that snapshots name: each by its name, and their versions by feature and version name."""

    features: Mapping[str, Feature]
    versions: Mapping[tuple[int, str], FeatureVersion]


def known_features(every: Iterable[Any]) -> KnownFeatures:
    """What the registry has of the features in any number of snapshots; two queries."""
    pairs = [pair for named in every for pair in _wanted(named)]
    rows = Feature.objects.filter(name__in={name for name, _ in pairs}).select_related("current")
    features = {feature.name: feature for feature in rows}
    named = {version for _, version in pairs if isinstance(version, str)}
    versions = FeatureVersion.objects.filter(feature__in=features.values(), name__in=named).select_related("feature")
    return KnownFeatures(features, {(version.feature_id, version.name): version for version in versions})


def _wanted(named: Any) -> Iterator[tuple[str, Any]]:
    """Each feature of a snapshot with the version that is named; None for the latest."""
    if isinstance(named, Mapping):
        latest = listed if isinstance(listed := named.get("latest"), list) else []
        yield from ((name, version) for name, version in named.items() if name != "latest")
        yield from ((name, None) for name in latest if isinstance(name, str))


def resolve_snapshot(named: Any, known: KnownFeatures | None = None) -> tuple[list[FeatureVersion], list[Fault]]:
    """The feature versions that ``{feature: version, "latest": [feature]}`` names, and a fault for each not found.

    "Latest" is a convenience that is resolved here, before anything is stored (G2). ``known`` are the features of many
    snapshots, read once.
    """
    wanted = dict(_wanted(named))
    features, versions = known or known_features([named])
    resolved = {name: _entry(features.get(name), version, versions) for name, version in wanted.items()}
    faults = [_unresolved(name, version) for name, version in wanted.items() if resolved[name] is None]
    return [entry for entry in resolved.values() if entry is not None], faults


def recorded_snapshot(version: ModelVersion) -> dict[str, str] | None:
    """The recorded snapshot as ``{feature: version}``; None when none was recorded."""
    snapshot = TrainingSnapshot.objects.filter(model_version=version).first()
    if snapshot is None:
        return None
    return dict(snapshot.entries.values_list("feature__name", "feature_version__name"))


def trained_versions(version: ModelVersion) -> dict[str, FeatureVersion]:
    """Each feature of the snapshot at the version trained on, by name, with its `trained_source`."""
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version)
    trained = {}
    for entry in entries.select_related("feature_version__feature", *SOURCE):
        entry.feature_version.trained_source = entry.source_version
        trained[entry.feature_version.feature.name] = entry.feature_version
    return trained


def pinned_versions(version: ModelVersion) -> dict[str, str]:
    """The pins of a version, ``{feature: version}``."""
    return dict(version.pins.values_list("feature__name", "feature_version__name"))


def pins_of(versions: Iterable[int]) -> dict[int, list[FeaturePin]]:
    """The pins of versions, by the version's id, each with its feature and who pinned it; one query."""
    by_version: dict[int, list[FeaturePin]] = {}
    pins = FeaturePin.objects.filter(model_version__in=list(versions)).select_related("feature", "feature_version")
    for pin in pins:
        by_version.setdefault(pin.model_version_id, []).append(pin)
    return by_version


def pins_of_model(model: RegisteredModel) -> QuerySet[FeaturePin]:
    """The pins of every version of a model, the newest first."""
    pins = FeaturePin.objects.filter(model_version__model=model).order_by("-pinned_at", "-pk")
    return pins.select_related("feature", "feature_version", "model_version")


def used_features(version: ModelVersion, deployed: Mapping[str, str] | None = None) -> list[UsedFeature] | None:
    """For each feature of the snapshot what was trained on and what serving would compute; None without a snapshot.

    Three queries, however many features; one more where a deployment has pins, at most two more where definitions differ.
    """
    recorded = SnapshotEntry.objects.filter(snapshot__model_version=version)
    entries = list(recorded.select_related("feature__current", "feature_version"))
    if not entries:
        return [] if TrainingSnapshot.objects.filter(model_version=version).exists() else None
    pins = effective_pins(version, deployed)
    known = source_grounds(entries)
    used = [_used(entry, pins.get(entry.feature_id), known) for entry in entries]
    runs = parity_runs(feature.pair for feature in used if feature.differs)
    return [feature._replace(run=runs.get(feature.pair)) if feature.differs else feature for feature in used]


def serving_features(version: ModelVersion, environment: str = "") -> list[FeatureVersion]:
    """What serving must compute (F7): the definition at the pin if there is one, else at the version trained on.

    In an environment the pins of what serves there take precedence over the version's own.
    Each has the version of its source table that the model was trained on as its `trained_source`, and its `pin`.
    """
    share = _share_in(version, environment) if environment else None
    pins = effective_pins(version, share.pins if share else None)
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version)
    beneath = {entry.feature_id: entry for entry in entries.select_related(*SOURCE)}
    wanted = [pins[feature].pk if feature in pins else entry.feature_version_id for feature, entry in beneath.items()]
    rows = FeatureVersion.objects.filter(pk__in=wanted).select_related("feature").prefetch_related("later_commits")
    due = list(rows.order_by("feature__name"))
    own = {pin.feature_id: pin for pin in version.pins.all()}
    for row in due:
        row.trained_source = beneath[row.feature_id].source_version
        row.pin = _pin_of(row, own.get(row.feature_id), share)
    return due


def _pin_of(row: FeatureVersion, own: FeaturePin | None, share: ServedShare | None) -> PinOfFeature | None:
    """Why serving computes this version and no other: the pin of what serves there, else the version's own."""
    if share and share.pins.get(row.feature.name) == row.name:
        made = share.revision
        reason = next((deployment.reason for deployment in made.deployments.all() if not deployment.rehearsal), "")
        return PinOfFeature(made.environment, reason, made.made_by, made.made_at)
    return PinOfFeature("", own.reason, own.pinned_by, own.pinned_at) if own else None


def effective_pins(version: ModelVersion, deployed: Mapping[str, str] | None = None) -> dict[int, FeatureVersion]:
    """The version of each pinned feature, by the feature's id; a deployment's pin takes precedence."""
    pins = {pin.feature_id: pin.feature_version for pin in version.pins.select_related("feature_version")}
    if deployed:
        named = FeatureVersion.objects.filter(feature__name__in=deployed, name__in=deployed.values())
        for pinned in named.select_related("feature"):
            if deployed[pinned.feature.name] == pinned.name:
                pins[pinned.feature_id] = pinned
    return pins


def deployed_pins(version: ModelVersion, environment: str) -> dict[str, str]:
    """The pins of a version where it serves or runs as shadow in an environment now; empty where it does not."""
    share = _share_in(version, environment)
    return share.pins if share else {}


def _share_in(version: ModelVersion, environment: str) -> ServedShare | None:
    revisions = ServingRevision.objects.filter(model=version.model_id, environment=environment).order_by("-number")
    shares = ServedShare.objects.filter(model_version=version, revision=revisions.values("pk")[:1])
    return shares.select_related("revision").first()


def current_shares() -> QuerySet[ServedShare]:
    """What each model version has of the traffic of each environment now, shadows with nothing included."""
    later = ServingRevision.objects.filter(
        model=OuterRef("revision__model"),
        environment=OuterRef("revision__environment"),
        number__gt=OuterRef("revision__number"),
    )
    return ServedShare.objects.filter(~Exists(later))


def serving_environments(version: ModelVersion) -> list[str]:
    """The environments in which a version takes traffic or runs as shadow now."""
    shares = current_shares().filter(model_version=version)
    return list(shares.order_by("revision__environment").values_list("revision__environment", flat=True))


def traffic_of(model: RegisteredModel) -> dict[int, list[ServedShare]]:
    """What each version of a model has of the traffic of each environment now, by its key; one query."""
    by_version: dict[int, list[ServedShare]] = {}
    shares = current_shares().filter(revision__model=model).select_related("revision")
    for share in shares.order_by("revision__environment"):
        by_version.setdefault(share.model_version_id, []).append(share)
    return by_version


def source_grounds(entries: Iterable[SnapshotEntry]) -> Grounds:
    """The source tables of snapshot entries, as they were at training and as they are; one query."""
    rows = list(entries)
    tables = {entry.feature_version.source_table for entry in rows}
    return grounds(tables, {entry.source_version_id for entry in rows if entry.source_version_id})


def _used(entry: SnapshotEntry, pin: FeatureVersion | None, known: Grounds) -> UsedFeature:
    served = pin or entry.feature.current
    trained = entry.feature_version
    trained_source = known.as_trained(trained.source_table, entry.source_version_id)
    upstream = trained_source and trained_source.source.upstream
    table = served.source_table if served else trained.source_table
    return UsedFeature(
        entry.feature.name,
        trained.as_version,
        served.as_version if served else None,
        pinned=pin is not None,
        by_name=not upstream and names_a_column(trained.computation_logic, trained.dialect),
        trained_source=trained_source,
        source=known.current.get(table),
        reported=known.reported.get(table, ""),
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
    sentence = f"Feature {name}{at} is not registered. Register it first (POST features/), or correct the name."
    return Fault(f"{FIELD}.{name}", "unresolvable", sentence)
