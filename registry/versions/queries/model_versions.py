"""Models and their versions, as lists and pages show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from platform_site.errors import Unknown
from registry.features.queries.features import changes_between
from registry.models import (
    Evaluation,
    FeatureVersion,
    GateDecision,
    MlflowReading,
    ModelAlias,
    ModelVersion,
    NoFeaturesConfirmation,
    Observation,
    RegisteredModel,
)
from registry.versions.queries.snapshots import trained_versions
from registry.versions.rules.fairness import GROUP_METRICS
from registry.versions.rules.lifecycle import Stage
from registry.versions.rules.version_comparison import Comparison, Row, in_order, metric_rows, rows

METRICS_SHOWN = 4


class Reading(NamedTuple):
    """When an MLflow server was read whole, every how many minutes that happens by itself (None: never), and why it failed last."""

    origin: str
    every_minutes: int | None
    read_at: datetime | None
    problem: str


class ListedAlias(NamedTuple):
    """An alias as it was moved through a gate, if it was, and the version that it named at its origin when that was read last."""

    name: str
    row: ModelAlias | None
    elsewhere: str
    origin: str

    @property
    def differs(self) -> bool:
        return bool(self.row and self.row.model_version.version != self.elsewhere)


class Aliases(NamedTuple):
    """The aliases of a model, by name; the MLflow server that they are shared with, when it is read, and whether moves are
    written to it."""

    aliases: Sequence[ListedAlias]
    origin: str
    written: bool
    reading: Reading | None = None


def models() -> QuerySet[RegisteredModel]:
    """Every model with its owner, its number of versions and the versions in production."""
    in_production = ModelVersion.objects.filter(stage=Stage.PRODUCTION).order_by("-registered_at")
    return (
        RegisteredModel.objects.select_related("owner_team")
        .annotate(
            version_count=Count("versions", distinct=True),
            open_alerts=Count("alerts", filter=~Q(alerts__state="resolved"), distinct=True),
        )
        .prefetch_related(Prefetch("versions", queryset=in_production, to_attr="in_production"))
        .order_by("name")
    )


def model(name: str) -> RegisteredModel:
    """One model by name; Unknown when there is none."""
    row = models().filter(name=name).first()
    if row is None:
        raise Unknown(f"There is no model {name}.")
    return row


def any_version() -> bool:
    """Whether any model has a version."""
    return ModelVersion.objects.exists()


def versions(model: RegisteredModel) -> QuerySet[ModelVersion]:
    """The versions of a model, newest first."""
    return model.versions.select_related("model__owner_team", "data_snapshot__dataset").order_by("-registered_at")


def aliases_of(model: RegisteredModel) -> Aliases:
    """The aliases of a model, here and at the MLflow server that it comes from; three queries."""
    moved = {row.name: row for row in model.aliases.select_related("model_version")}
    seen = Observation.objects.filter(model_version__model=model, gone_at=None).select_related("model_version")
    observations = list(seen.order_by("pk"))
    named = {alias: row for row in observations for alias in row.aliases}
    servers = {server.origin: server for server in settings.MLFLOW_SERVERS.values()}
    shared = next((servers[row.origin] for row in observations if row.origin in servers), None)
    listed = [
        ListedAlias(name, moved.get(name), named[name].model_version.version, named[name].origin)
        if name in named
        else ListedAlias(name, moved[name], "", "")
        for name in sorted({*moved, *named})
    ]
    if shared is None:
        return Aliases(listed, "", False)
    reading = next(row for row in server_readings() if row.origin == shared.origin)
    return Aliases(listed, shared.origin, shared.restore_aliases, reading)


def server_readings() -> list[Reading]:
    """When each MLflow server was read last: those that an administrator named, then others that were read by hand; one query."""
    rows = {row.origin: row for row in MlflowReading.objects.defer("seen")}
    minutes = {
        server.origin: server.import_minutes if server.owner_team else None
        for server in settings.MLFLOW_SERVERS.values()
    }
    return [
        Reading(origin, minutes.get(origin), row.read_at if row else None, row.problem if row else "")
        for origin, row in ((origin, rows.get(origin)) for origin in dict.fromkeys([*minutes, *rows]))
    ]


def metrics_of(versions: Iterable[ModelVersion]) -> tuple[list[str], dict[tuple[int, str], float]]:
    """The metrics over all rows that most of the versions have, and the newest value of each by version and metric; one
    query."""
    rows = Evaluation.objects.filter(model_version__in=list(versions), slice="").order_by("recorded_at", "pk")
    named = rows.exclude(metric__in=GROUP_METRICS).values_list("model_version", "metric", "value")
    results = {(version, metric): value for version, metric, value in named}
    often = Counter(metric for _, metric in results)
    return sorted(often, key=lambda metric: (-often[metric], metric))[:METRICS_SHOWN], results


def version(model_name: str, version_name: str) -> ModelVersion:
    """One model version; Unknown when the model or the version does not exist."""
    row = (
        ModelVersion.objects.select_related("model__owner_team", "data_snapshot__dataset", "snapshot")
        .filter(model__name=model_name, version=version_name)
        .first()
    )
    if row is None:
        raise Unknown(f"There is no model version {model_name} {version_name}.")
    return row


def observed_version(model: RegisteredModel, version: str) -> ModelVersion | None:
    """The version of that name that another system knows and that is not registered yet, if there is one."""
    rows = ModelVersion.objects.filter(model=model, version=version[:64], stage=Stage.OBSERVED)
    return rows.select_related("model__owner_team", "data_snapshot__dataset").first()


def is_observed(model: str, version: str) -> bool:
    """Whether another system knows the version and it is not registered yet."""
    return ModelVersion.objects.filter(model__name=model, version=version, stage=Stage.OBSERVED).exists()


def decisions(version: ModelVersion) -> QuerySet[GateDecision]:
    """What gates decided about a version, newest first."""
    return version.gate_decisions.select_related("model_version__model")


def confirmed_by(version: ModelVersion) -> str | None:
    """Who confirmed that a version uses no features: None where nobody did or it declares some, empty where it was stated
    before a second person had to confirm it."""
    if not version.uses_no_features:
        return None
    names = NoFeaturesConfirmation.objects.filter(model_version=version).values_list("confirmed_by", flat=True)
    return names.first()


def compare_versions(before: ModelVersion, after: ModelVersion) -> Comparison:
    """Two versions of a model side by side; four queries.

    Features are compared as each version was trained on them, and metrics by the newest value of each slice.
    """
    old_metrics, old_named = _results_of(before)
    new_metrics, new_named = _results_of(after)
    return Comparison(
        facts=rows(_facts(before), _facts(after)),
        metrics=metric_rows(old_metrics, new_metrics, old_named | new_named),
        hyperparameters=rows(before.hyperparameters, after.hyperparameters),
        features=_feature_rows(trained_versions(before), trained_versions(after)),
    )


def _facts(version: ModelVersion) -> dict[str, str]:
    """The facts that are on record: an observed version lacks some."""
    data = version.data_snapshot
    facts = {
        "code commit": version.code_commit,
        "container digest": version.container_digest,
        "data set": data.dataset.name if data else "",
        "data snapshot": data.digest if data else "",
        "artifact digest": version.artifact_digest,
        "pipeline commit": version.pipeline_commit,
    }
    return {name: value for name, value in facts.items() if value}


def _results_of(version: ModelVersion) -> tuple[dict[str, float], dict[str, str]]:
    """The newest value of each metric and slice of a version, and the metric behind each name; one query."""
    results = version.evaluations.exclude(metric__in=GROUP_METRICS).order_by("recorded_at", "pk")
    values, named = {}, {}
    for metric, part, value in results.values_list("metric", "slice", "value"):
        name = f"{metric}, {part}" if part else metric
        values[name], named[name] = value, metric
    return values, named


def _feature_rows(before: Mapping[str, FeatureVersion], after: Mapping[str, FeatureVersion]) -> list[Row]:
    return in_order(_feature_row(name, before.get(name), after.get(name)) for name in before.keys() | after.keys())


def _feature_row(name: str, before: FeatureVersion | None, after: FeatureVersion | None) -> Row:
    if before is None or after is None:
        return Row(name, before and before.name, after and after.name, "removed" if after is None else "added")
    words = changes_between(before, after).words
    tables = (before.trained_source, after.trained_source)
    if before.source_table == after.source_table and all(tables) and tables[0] != tables[1]:
        old, new = (table.number for table in tables if table)
        words = [*words, f"version of source table {old} → {new}"]
    return Row(name, before.name, after.name, ", ".join(words) or "same")
