"""Which models a check is about, and which runs are about a model version's data."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

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
