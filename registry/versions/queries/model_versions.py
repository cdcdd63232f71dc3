"""Models and their versions, as lists and pages show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, Prefetch, Q, QuerySet

from platform_site.errors import Unknown
from registry.models import Evaluation, GateDecision, ModelVersion, NoFeaturesConfirmation, RegisteredModel
from registry.versions.rules.fairness import GROUP_METRICS
from registry.versions.rules.lifecycle import Stage

METRICS_SHOWN = 4


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
