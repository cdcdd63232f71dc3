"""Which models a check is about, and which runs are about a model version's data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from registry.models import (
    Check,
    ModelVersion,
    RegisteredModel,
    ServingRevision,
    SnapshotEntry,
    SourceTable,
    Stage,
)

PRODUCTION, MOST_MARKS = "production", 12
DATA_ROLES = ("dataset", "reference", "current", "training", "serving", "labels")


def models_concerned(check: Check) -> QuerySet[RegisteredModel]:
    """The models that an alert of this check is about: its own, or those in production or staging that were trained on
    its feature, or on a feature that is computed from its data."""
    if check.model_id:
        return RegisteredModel.objects.filter(pk=check.model_id)
    served = Q(versions__stage__in=[Stage.PRODUCTION, Stage.STAGING])
    about = Q(versions__snapshot__entries__feature=check.feature_id)
    if not check.feature_id:
        names = {check.parameters.get(role) for role in DATA_ROLES}
        tables = SourceTable.objects.filter(current__dataset__name__in=names - {None, ""}).values("name")
        about = Q(versions__snapshot__entries__feature_version__source_table__in=tables)
    return RegisteredModel.objects.filter(served, about).distinct()


def deployed_between(check: Check, first: date, last: date) -> list[tuple[datetime, str]]:
    """When the traffic of the models that a check is about changed in production, from the first day to the end of the last:
    the moment and the revision's name; the newest `MOST_MARKS` of them, in one query."""
    of_models = ServingRevision.objects.filter(model__in=models_concerned(check), environment=PRODUCTION)
    within = of_models.filter(made_at__date__gte=first, made_at__date__lt=last + timedelta(days=1))
    rows = within.order_by("-made_at").values_list("made_at", "model__name", "number")[:MOST_MARKS]
    return [(moment, f"{model}, revision {number}") for moment, model, number in rows][::-1]


def about_data_of(version: ModelVersion) -> Q:
    """Of runs: those of checks of the version's model, or of data that its features are computed from; one query."""
    entries = SnapshotEntry.objects.filter(snapshot__model_version=version)
    tables = entries.values("feature_version__source_table")
    names = SourceTable.objects.filter(name__in=tables, current__dataset__isnull=False)
    names = names.values_list("current__dataset__name", flat=True)
    of_data = {f"check_definition__parameters__{role}__in": list(names) for role in DATA_ROLES}
    return Q(check_definition__model=version.model_id) | Q(*of_data.items(), _connector=Q.OR)


def about_model(model: RegisteredModel) -> Q:
    """Of checks: those of a model, of features that its versions in production were trained on, or of data that these are
    computed from; one query."""
    entries = SnapshotEntry.objects.filter(
        snapshot__model_version__model=model, snapshot__model_version__stage=Stage.PRODUCTION
    )
    tables = SourceTable.objects.filter(name__in=entries.values("feature_version__source_table"))
    names = list(tables.filter(current__dataset__isnull=False).values_list("current__dataset__name", flat=True))
    of_data = Q(*((f"parameters__{role}__in", names) for role in DATA_ROLES), _connector=Q.OR)
    return Q(model=model) | Q(feature__in=entries.values("feature")) | Q(of_data, model=None, feature=None)


def drift_checks_of(models: Collection[int]) -> dict[int, set[int]]:
    """The drift checks of each of these models, by its key: those that `about_model` names. Two queries, one more where
    checks are about a feature and one where they are about data."""
    by_model: dict[int, set[int]] = {}
    drift = Check.objects.filter(kind=Check.Kind.DRIFT).order_by()
    for check, model in drift.filter(model__in=models).values_list("pk", "model"):
        by_model.setdefault(model or 0, set()).add(check)
    shared = list(drift.filter(model=None).values_list("pk", "feature", "parameters"))
    entries = SnapshotEntry.objects.filter(
        snapshot__model_version__model__in=models, snapshot__model_version__stage=Stage.PRODUCTION
    ).order_by()
    of_feature = _grouped((feature, check) for check, feature, _ in shared if feature)
    of_data = _grouped(
        (name, check)
        for check, feature, parameters in shared
        if not feature
        for name in {parameters.get(role) for role in DATA_ROLES} - {None, ""}
    )
    if of_feature:
        trained = entries.filter(feature__in=of_feature).values_list("snapshot__model_version__model", "feature")
        for model, feature in trained.distinct():
            by_model.setdefault(model, set()).update(of_feature[feature])
    if of_data:
        tables = SourceTable.objects.filter(current__dataset__name__in=of_data)
        dataset = tables.filter(name=OuterRef("feature_version__source_table")).values("current__dataset__name")
        read = entries.annotate(dataset=Subquery(dataset[:1])).exclude(dataset=None)
        for model, name in read.values_list("snapshot__model_version__model", "dataset").distinct():
            by_model.setdefault(model, set()).update(of_data[name])
    return by_model


def _grouped(pairs: Iterable[tuple[Any, int]]) -> dict[Any, set[int]]:
    groups: dict[Any, set[int]] = {}
    for key, check in pairs:
        groups.setdefault(key, set()).add(check)
    return groups
