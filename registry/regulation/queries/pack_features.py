"""What a regulator pack says of the features of a version: definitions, what they are computed from, what was current.

Each definition has what computes it from rows: its logic as the engine runs it, the rule for nulls, the data type, and of its
source table the entity key, the event time, the row key, the columns, the upstream code and the files that hold the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from registry.models import (
    CurrentSourceChange,
    CurrentVersionChange,
    Dataset,
    DatasetSnapshot,
    FeatureVersion,
    ModelVersion,
    SourceTableVersion,
)
from registry.versions.queries.snapshots import serving_features, trained_versions


def snapshot(version: ModelVersion) -> dict[str, Any]:
    """Each feature as it was trained beside what serving must compute in production."""
    served = {feature.feature.name: feature for feature in serving_features(version, "production")}
    trained = trained_versions(version)
    confirmation = getattr(version, "no_features_confirmation", None)
    return {
        "uses_no_features": version.uses_no_features,
        "no_features_confirmed_by": confirmation.confirmed_by if confirmation else None,
        "features": [
            {"feature": name, "trained": _in_use(feature_version), "served": _in_use(served[name])}
            for name, feature_version in sorted(trained.items())
        ],
    }


def versions_of_features(version: ModelVersion) -> list[FeatureVersion]:
    """Every version that a feature of the snapshot was ever given."""
    features = [trained.feature_id for trained in trained_versions(version).values()]
    rows = FeatureVersion.objects.filter(feature__in=features).select_related("feature")
    return list(rows.prefetch_related("later_commits").order_by("feature__name", "number"))


def current_versions(versions: Iterable[FeatureVersion]) -> dict[str, Any]:
    """The definitions of the features and which of them was current when, by whom and why."""
    features = {version.feature_id for version in versions}
    changes = CurrentVersionChange.objects.filter(feature__in=features).order_by("pk")
    return {
        "versions": [
            {"feature": version.feature.name, "number": version.number}
            | _definition(version)
            | {"reason": version.reason, "by": version.registered_by, "at": version.registered_at}
            for version in versions
        ],
        "changes": [
            {
                "feature": change.feature.name,
                "before": change.before.name if change.before else None,
                "after": change.after.name,
                "reason": change.reason,
                "by": change.changed_by,
                "at": change.changed_at,
            }
            for change in changes.select_related("feature", "before", "after")
        ],
    }


def source_tables(versions: Iterable[FeatureVersion]) -> dict[str, Any]:
    """Every version of the source tables that the features were ever computed from, which was in force when, and the data
    sets that hold their rows."""
    tables = {version.source_table for version in versions}
    rows = SourceTableVersion.objects.filter(source_table__name__in=tables).select_related("source_table", "dataset")
    described = list(rows.order_by("source_table__name", "number"))
    changes = CurrentSourceChange.objects.filter(source_table__name__in=tables).order_by("pk")
    return {
        "versions": [
            _source(row) | {"reason": row.reason, "by": row.created_by, "at": row.created_at} for row in described
        ],
        "changes": [
            {
                "source_table": change.source_table.name,
                "before": change.before.name if change.before else None,
                "after": change.after.name,
                "reason": change.reason,
                "by": change.changed_by,
                "at": change.changed_at,
            }
            for change in changes.select_related("source_table", "before", "after")
        ],
        "datasets": _datasets({row.dataset for row in described if row.dataset}),
    }


def _datasets(datasets: Iterable[Dataset]) -> list[dict[str, Any]]:
    listed = sorted(datasets, key=lambda dataset: dataset.name)
    prefetch_related_objects(listed, Prefetch("snapshots", DatasetSnapshot.objects.order_by("pk")))
    return [
        {
            "dataset": dataset.name,
            "kind": dataset.kind,
            "location": dataset.location,
            "connection": dataset.connection,
            "key": dataset.key,
            "event_time": dataset.event_time,
            "reading": dataset.reading,
            "snapshots": [
                {"digest": row.digest, "rows": row.rows, "schema": row.schema, "by": row.taken_by, "at": row.taken_at}
                for row in dataset.snapshots.all()
            ],
        }
        for dataset in listed
    ]


def _in_use(version: FeatureVersion) -> dict[str, Any]:
    return _definition(version) | {"source": _source(version.trained_source) if version.trained_source else None}


def _definition(version: FeatureVersion) -> dict[str, Any]:
    return version.definition.as_dict() | {
        "version": version.name,
        "digest": version.digest,
        "dialect": version.dialect,
        "runs_as": version.runs_as,
        "pipeline_commit": version.pipeline_commit,
        "pipeline_commits": version.pipeline_commits,
    }


def _source(version: SourceTableVersion) -> dict[str, Any]:
    """What a feature is computed from: whose rows in which order, where they lie, and the code that computes them."""
    return {
        "source_table": version.source_table.name,
        "version": version.name,
        "digest": version.digest,
        "number": version.number,
        "dataset": version.source.dataset,
        "entity_key": version.entity_key,
        "event_time": version.event_time,
        "row_key": version.row_key,
        "dialect": version.dialect,
        "upstream": version.upstream,
    }
