"""Features and their versions, as lists and pages show them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Count, Max, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from platform_site.errors import Unknown
from registry.features.rules.change import Changes, changes
from registry.models import CurrentVersionChange, Feature, FeatureVersion, ModelVersion, SnapshotEntry, SourceTable


def features() -> QuerySet[Feature]:
    """Every feature with its owner, current version, number of versions and the time of the newest."""
    of_feature = FeatureVersion.objects.filter(feature=OuterRef("pk")).order_by().values("feature")
    return (
        Feature.objects.select_related("owner_team", "current")
        .annotate(
            version_count=Coalesce(Subquery(of_feature.annotate(rows=Count("pk")).values("rows")), 0),
            changed_at=Subquery(of_feature.annotate(newest=Max("registered_at")).values("newest")),
        )
        .order_by("name")
    )


def feature(name: str) -> Feature:
    """One feature by name; Unknown when there is none."""
    record = features().filter(name=name).first()
    if record is None:
        raise Unknown(f"There is no feature {name}.")
    return record


def versions(feature: Feature) -> QuerySet[FeatureVersion]:
    """The versions of a feature, newest first, each with how many model versions were trained on it."""
    rows = feature.versions.select_related("feature").prefetch_related("later_commits")
    return rows.annotate(model_count=Count("trained_in")).order_by("-number")


class TimelineEntry(NamedTuple):
    """A version with the version before it, what changed since in words, the model versions trained on it, each with the
    version of the source table beneath as its `trained_source`, and the source table if it is registered."""

    version: FeatureVersion
    before: FeatureVersion | None
    changed: list[str]
    models: list[ModelVersion]
    source: SourceTable | None


def timeline(feature: Feature) -> list[TimelineEntry]:
    """The versions of a feature, newest first, each with what changed; four queries."""
    entries = SnapshotEntry.objects.select_related("snapshot__model_version__model__owner_team", "source_version")
    trained = Prefetch("trained_in", queryset=entries)
    versions = list(feature.versions.prefetch_related(trained, "later_commits").order_by("-number"))
    tables = SourceTable.objects.filter(name__in={version.source_table for version in versions})
    sources = {table.name: table for table in tables.select_related("current")}
    return [
        TimelineEntry(
            version,
            before,
            changes_between(before, version).words,
            _trained_on(version),
            sources.get(version.source_table),
        )
        for version, before in zip(versions, [*versions[1:], None], strict=True)
    ]


def _trained_on(version: FeatureVersion) -> list[ModelVersion]:
    trained = []
    for entry in version.trained_in.all():
        model_version: Any = entry.snapshot.model_version
        model_version.trained_source = entry.source_version
        trained.append(model_version)
    return trained


def changes_between(before: FeatureVersion | None, after: FeatureVersion) -> Changes:
    """What changed between two versions as they were written, by what the engine runs for them."""
    if before is None or (before.pk is not None and before.pk == after.pk):
        return Changes()
    runs = (before.in_engine.computation_logic, after.in_engine.computation_logic)
    return changes(before.definition, after.definition, after.compared_in, runs=runs)


def version(feature: Feature, name: str) -> FeatureVersion:
    """One version by its 12-digit name or its full digest; Unknown when there is none."""
    wanted = {"digest": name} if len(name) == 64 else {"name": name}
    record = feature.versions.select_related("feature").prefetch_related("later_commits").filter(**wanted).first()
    if record is None:
        raise Unknown(f"Feature {feature.name} has no version {name}.")
    return record


def current_history(feature: Feature) -> QuerySet[CurrentVersionChange]:
    """When which version was current, newest first."""
    return feature.current_changes.select_related("before", "after")
