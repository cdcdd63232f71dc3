"""What serving must compute, and what it says it does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Max, QuerySet
from django.utils import timezone

from platform_site.text.wording import counted
from registry.models import ModelVersion, RegisteredModel, ServingReport
from registry.serving.queries.deployments import revisions_of
from registry.serving.rules.skew import Expected
from registry.versions.queries.snapshots import serving_features
from registry.versions.rules.lifecycle import Stage


def expected_features(version: ModelVersion, environment: str = "") -> dict[str, Expected]:
    """For each feature of the snapshot the definition that is due (F7), in an environment where one is named."""
    return {
        feature.feature.name: Expected(feature.name, feature.equivalence, feature.pipeline_commit)
        for feature in serving_features(version, environment)
    }


def revision_without(version: ModelVersion, environment: str, *, since: datetime) -> int | None:
    """The revision that serves in an environment and gives this version no traffic; None when it gives some, when
    nothing is configured there, or when the revision came after the moment."""
    revision = revisions_of(version.model, environment).first()
    if revision is None or revision.made_at > since or version.version in revision.configuration.weights:
        return None
    return revision.number


def versions_with_traffic(model: RegisteredModel, environment: str) -> set[int]:
    """The ids of the versions that serve in an environment, as far as that is configured."""
    revision = revisions_of(model, environment).first()
    return {share.model_version_id for share in revision.shares.all()} if revision else set()


class Silence(NamedTuple):
    """A model in production whose serving has said nothing for longer than its limit: its last report, and since when."""

    report: ServingReport
    limit: timedelta

    @property
    def sentence(self) -> str:
        model, last = self.report.model_version.model, self.report.reported_at
        hours = int(self.limit.total_seconds() // 3_600)
        told = f"{model.name} is silent in {self.report.environment}: the last report came {last:%Y-%m-%d %H:%M} UTC"
        return f"{told}, and {counted(hours, 'hour')} are the limit."


class Heard(NamedTuple):
    """The newest report of one environment, and whether it is longer ago than the model's limit."""

    report: ServingReport
    silent: bool


def heard_of(model: RegisteredModel) -> list[Heard]:
    """The newest report of each environment of a model in production; two queries."""
    limit = timedelta(hours=model.silent_after_hours)
    newest = _newest(ServingReport.objects.filter(model_version__model=model))
    return [Heard(one, timezone.now() - one.reported_at > limit) for one in newest]


def silent() -> list[Silence]:
    """Every environment of a production model that has reported once, and nothing for longer than the limit."""
    now = timezone.now()
    limits = [(one, timedelta(hours=one.model_version.model.silent_after_hours)) for one in _newest()]
    return [Silence(report, limit) for report, limit in limits if now - report.reported_at > limit]


def _newest(reports: QuerySet[ServingReport] | None = None) -> QuerySet[ServingReport]:
    rows = ServingReport.objects.all() if reports is None else reports
    served = ModelVersion.objects.filter(stage=Stage.PRODUCTION).values("model")
    newest = (
        rows.filter(model_version__model__in=served)
        .order_by()
        .values("model_version__model", "environment")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    chosen = ServingReport.objects.filter(pk__in=newest).select_related("model_version__model")
    return chosen.order_by("model_version__model__name", "environment")


def reports() -> QuerySet[ServingReport]:
    """Every report, the newest window first."""
    return ServingReport.objects.select_related("model_version__model__owner_team")


def reports_of(version: ModelVersion) -> QuerySet[ServingReport]:
    """What serving said of one version."""
    return reports().filter(model_version=version)
