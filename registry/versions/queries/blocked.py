"""The production model versions that the deployment gate blocks because serving computes a different definition, or from a
source table that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from platform_site.audit.until_changed import Happened
from registry.data.queries.source_tables import Grounds
from registry.features.queries.parity_evidence import parity_runs
from registry.features.rules.parity_evidence import Pair
from registry.models import (
    Check,
    CheckRun,
    FeaturePin,
    ModelVersion,
    SnapshotEntry,
    SourceTable,
    SourceTableVersion,
    Stage,
)
from registry.versions.queries.overrides import keys_in_force
from registry.versions.queries.snapshots import source_grounds
from registry.versions.rules.compatibility import SourceChange, source_change

AT_ONCE = 10_000  # keys in one query
BESIDE = ("feature__current", "feature_version", "snapshot__model_version__model__owner_team")
MOST_VERSIONS = 2_000  # beyond that, all of them are computed again at once
# What an event is about, and the models or features that it names. Any other event may concern everything.
OF_FEATURE, OF_FEATURE_VERSION, OF_MODEL, OF_MODEL_VERSION, OF_RUN = (
    "feature",
    "feature_version",
    "model",
    "model_version",
    "check_run",
)
NOTHING = frozenset({"check", "file"})  # what is defined or uploaded compares nothing yet
ORDER = ("snapshot__model_version__model__name", "snapshot__model_version__version", "feature__name")


def blocked_in_production(among: QuerySet[ModelVersion] | None = None) -> list[ModelVersion]:
    """The production model versions whose serving definition or source table differs from training, without an override or
    evidence of parity; four queries, five where definitions differ, one more where a run is evidence and one where source tables do.

    Each has ``conflicting``, the names of the features in conflict. ``among``: only versions of this query.
    """
    entries = _conflicting_entries(among)
    moved = _source_conflicts(among)
    versions = {entry.snapshot.model_version_id: entry.snapshot.model_version for entry in [*entries, *moved]}
    pairs = {entry.pk: _pair(entry, serves) for entry in entries if (serves := _served(entry))}
    runs = parity_runs(pairs.values())
    over = keys_in_force(versions.values())
    for entry in entries:
        pair, version = pairs.get(entry.pk), versions[entry.snapshot.model_version_id]
        key = f"{entry.feature.name}:{entry.feature_version.name}>{pair.served if pair else '-'}"
        equal = pair in runs and runs[pair].is_evidence
        if not equal and key not in over.get(version.pk, ()):
            version.conflicting = [*getattr(version, "conflicting", []), entry.feature.name]
    for entry, key in moved.items():
        version = versions[entry.snapshot.model_version_id]
        features = getattr(version, "conflicting", [])
        if key not in over.get(version.pk, ()) and entry.feature.name not in features:
            version.conflicting = [*features, entry.feature.name]
    blocked = (version for version in versions.values() if hasattr(version, "conflicting"))
    return sorted(blocked, key=lambda version: (version.model.name, version.version))


def _source_conflicts(among: QuerySet[ModelVersion] | None) -> dict[SnapshotEntry, str]:
    """The entries whose source table changed since training, with the key of the conflict; only tables with a second
    version can have."""
    later = SourceTableVersion.objects.filter(source_table=OuterRef("pk")).exclude(pk=OuterRef("current"))
    moved = SourceTable.objects.filter(Exists(later), current__isnull=False)
    if among is not None and not moved.exists():  # the rule; else PostgreSQL looks at every entry to find none
        return {}
    of_moved = _production_entries(among).filter(feature_version__source_table__in=moved.values("name"))
    entries = list(of_moved.exclude(source_version__in=moved.values("current")))
    known = source_grounds(entries) if entries else None
    changes = {entry: change for entry in entries if known and (change := _source_change(entry, known))}
    return {entry: f"{entry.feature.name}:{change.key}" for entry, change in changes.items()}


def _source_change(entry: SnapshotEntry, known: Grounds) -> SourceChange | None:
    table = entry.feature_version.source_table
    before, after = known.as_trained(table, entry.source_version_id), known.current.get(table)
    return source_change(before, after)


def _pair(entry: SnapshotEntry, served: str) -> Pair:
    trained = entry.feature_version
    return Pair(entry.feature.name, trained.name, served, trained.source_table)


def _served(entry: Any) -> str:
    """The name of the version that serves: the pinned one, else the current one; empty where there is neither."""
    return entry.pinned or (entry.feature.current.name if entry.feature.current else "")


def _conflicting_entries(among: QuerySet[ModelVersion] | None) -> list[SnapshotEntry]:
    """The entries whose definition is another one in serving. Those that can be are looked up first, in indexes alone: the
    rest of a large registry is not read."""
    candidates = _candidates(among)
    chunks = (candidates[begins : begins + AT_ONCE] for begins in range(0, len(candidates), AT_ONCE))
    return [
        entry
        for chunk in chunks
        for entry in _differing(chunk)
        if entry.snapshot.model_version.stage == Stage.PRODUCTION
    ]


def _candidates(among: QuerySet[ModelVersion] | None) -> list[int]:
    """The keys of the entries that were trained on another version than the current one, and of those under a pin."""
    entries = SnapshotEntry.objects.order_by()
    pins = FeaturePin.objects.order_by().filter(model_version__snapshot__entries__feature=F("feature"))
    if among is not None:
        entries = entries.filter(snapshot__model_version__in=among)
        pins = pins.filter(model_version__in=among)
    other = entries.exclude(feature_version=F("feature__current")).values_list("pk")
    return [pk for (pk,) in other.union(pins.values_list("model_version__snapshot__entries__pk"))]


def _differing(candidates: Collection[int]) -> QuerySet[SnapshotEntry]:
    pinned_to_the_same = FeaturePin.objects.filter(
        model_version=OuterRef("snapshot__model_version"),
        feature=OuterRef("feature"),
        feature_version__equivalence=OuterRef("feature_version__equivalence"),
    )
    pinned = FeaturePin.objects.filter(model_version=OuterRef("snapshot__model_version"), feature=OuterRef("feature"))
    current_is_the_same = Q(feature__current__equivalence=F("feature_version__equivalence")) & ~Exists(pinned)
    pin = Subquery(pinned.values("feature_version__name")[:1])
    entries = SnapshotEntry.objects.filter(pk__in=candidates).annotate(pinned=pin)
    entries = entries.select_related(*BESIDE).order_by(*ORDER)
    return entries.exclude(current_is_the_same).exclude(Exists(pinned_to_the_same))


def _production_entries(among: QuerySet[ModelVersion] | None) -> QuerySet[SnapshotEntry]:
    entries = SnapshotEntry.objects.filter(snapshot__model_version__stage=Stage.PRODUCTION)
    narrowed = entries if among is None else entries.filter(snapshot__model_version__in=among)
    return narrowed.select_related(*BESIDE).order_by(*ORDER)


def concerned(events: Sequence[Happened]) -> list[int] | None:
    """The ids of the versions that these events are about, in at most four queries; None where the events do
    not say, or for too many."""
    by_kind: dict[str, set[str]] = {}
    for event in events:
        kind, _, name = event.subject.partition(":")
        by_kind.setdefault(kind, set()).add(name)
    if set(by_kind) - {OF_FEATURE, OF_FEATURE_VERSION, OF_MODEL, OF_MODEL_VERSION, OF_RUN, *NOTHING}:
        return None
    features = by_kind.get(OF_FEATURE, set()) | {name.partition("@")[0] for name in by_kind.get(OF_FEATURE_VERSION, ())}
    features |= _compared(by_kind.get(OF_RUN, ()))
    versions = _with_features(features), _of_models(by_kind.get(OF_MODEL, ()), by_kind.get(OF_MODEL_VERSION, ()))
    return None if any(len(keys) > MOST_VERSIONS for keys in versions) else sorted({*versions[0], *versions[1]})


def _compared(runs: Iterable[str]) -> set[str]:
    """The features whose definitions these check runs compare."""
    keys = [int(key) for key in runs if key.isdecimal()]
    if not keys:
        return set()
    parity = CheckRun.objects.filter(pk__in=keys, check_definition__kind=Check.Kind.DEFINITION_PARITY).order_by()
    return set(parity.values_list("check_definition__feature__name", flat=True))


def _with_features(names: Iterable[str]) -> list[int]:
    """The versions in production that were trained on these features, which is also where their pins are; one more than are
    looked at shows that there are more."""
    wanted = list(names)
    if not wanted:
        return []
    entries = SnapshotEntry.objects.filter(feature__name__in=wanted, snapshot__model_version__stage=Stage.PRODUCTION)
    keys = entries.order_by().values_list("snapshot__model_version", flat=True).distinct()
    return list(keys[: MOST_VERSIONS + 1])


def _of_models(models: Iterable[str], versions: Iterable[str]) -> list[int]:
    """Whatever their stage: the event may be that one left production."""
    wanted = [Q(model__name__in=list(models)), *(pair for name in versions for pair in _pairs(name))]
    named = ModelVersion.objects.filter(reduce(or_, wanted))
    return list(named.order_by().values_list("pk", flat=True)[: MOST_VERSIONS + 1])


def _pairs(subject: str) -> Iterator[Q]:
    """The model and version that a subject `model/version` may name: both may have a slash in them."""
    parts = subject.split("/")
    for place in range(1, len(parts)):
        yield Q(model__name="/".join(parts[:place]), version="/".join(parts[place:]))
