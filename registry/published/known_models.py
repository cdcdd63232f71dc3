"""The production models of an organization that are known from anywhere: by their stage, by traffic, by what serving
reports, or from MLflow."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from registry.models import ImportedRecord, ModelVersion, RegisteredModel, ServedShare, ServingReport, System
from registry.serving.queries.deployments import serving_now
from registry.versions.rules.lifecycle import TRIAL_ENVIRONMENTS, Stage

LAST_30_DAYS = timedelta(days=30)


def owned_by(organization_id: int | None, model: str = "") -> Q:
    """Whether a model, or the model that the path leads to, belongs to a team of the organization."""
    path = f"{model}__owner_team__organization" if model else "owner_team__organization"
    return Q((path, organization_id))


def production_versions(organization_id: int | None, now: datetime) -> QuerySet[ModelVersion]:
    """Versions that are in production, that have traffic outside of trial environments, that serving reported from there
    in 30 days, or that another system alone knows: whatever their stage."""
    known = Q(stage=Stage.PRODUCTION) | Q(pk__in=_with_traffic()) | Q(pk__in=_reported(now)) | Q(pk__in=_observed())
    return ModelVersion.objects.filter(known, owned_by(organization_id, "model"))


def deployed_models(organization_id: int | None, now: datetime) -> QuerySet[RegisteredModel]:
    """Models with traffic outside of trial environments, or that serving reported from there in 30 days."""
    deployed = Q(versions__in=_with_traffic()) | Q(versions__in=_reported(now))
    models = RegisteredModel.objects.filter(deployed, owned_by(organization_id)).order_by().values("pk")
    return RegisteredModel.objects.filter(pk__in=models)


def observed_models(organization_id: int | None) -> QuerySet[RegisteredModel]:
    """Models that MLflow knows and of which no version could be registered here."""
    imported = ImportedRecord.objects.filter(system=System.MLFLOW, kind="model", name=OuterRef("name"))
    return RegisteredModel.objects.filter(Exists(imported), owned_by(organization_id), versions=None)


def _observed() -> QuerySet:
    """Observed versions that may serve: those with an alias, and of each model the newest, where that is an observed one.

    Nobody reports what serves of them, so that what may serve is counted.
    """
    newest = ModelVersion.objects.filter(model=OuterRef("model")).exclude(stage=Stage.ARCHIVED)
    named = ~Q(observation__aliases=[]) | Q(pk=Subquery(newest.order_by("-registered_at", "-pk").values("pk")[:1]))
    rows = ModelVersion.objects.filter(named, stage=Stage.OBSERVED, observation__gone_at=None)
    return rows.order_by().values("pk")


def _with_traffic() -> QuerySet:
    shares = ServedShare.objects.filter(percent__gt=0, revision__in=serving_now().order_by().values("pk"))
    return shares.exclude(revision__environment__in=TRIAL_ENVIRONMENTS).order_by().values("model_version")


def _reported(now: datetime) -> QuerySet:
    reports = ServingReport.objects.filter(window_end__gte=now - LAST_30_DAYS, shadow=False)
    return reports.exclude(environment__in=TRIAL_ENVIRONMENTS).order_by().values("model_version")
