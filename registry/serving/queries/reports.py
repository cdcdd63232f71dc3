"""What serving must compute, and what it reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Max, QuerySet
from django.utils import timezone

from platform_site.text.wording import counted
from registry.models import ModelVersion, RegisteredModel, ServingReport
from registry.serving.queries.deployments import revisions_of, serving_now
from registry.serving.rules.skew import Expected
from registry.versions.queries.snapshots import serving_features
from registry.versions.rules.lifecycle import Stage


def expected_features(version: ModelVersion, environment: str = "") -> dict[str, Expected]:
    """For each feature of the snapshot the definition that serving must compute (F7), in an environment if one is named."""
    recorded = frozenset({version.pipeline_commit} - {""})
    return {
        feature.feature.name: Expected(feature.name, feature.equivalence, recorded.union(feature.pipeline_commits))
        for feature in serving_features(version, environment)
    }


def revision_without(version: ModelVersion, environment: str, *, since: datetime) -> int | None:
    """The number of the serving revision if this version is not in it; None if it serves there or runs as shadow, if
    nothing is configured there, or if the revision is newer than the moment."""
    revision = revisions_of(version.model, environment).first()
    if revision is None or revision.made_at > since or version.version in revision.configuration.weights:
        return None
    return revision.number


def runs_as_shadow(version: ModelVersion, environment: str) -> bool:
    """Whether a version runs as shadow in an environment now: users got none of the answers that it reports on."""
    revision = revisions_of(version.model, environment).first()
    return revision is not None and version.version in revision.configuration.shadows


class Silence(NamedTuple):
    """A version that serves of a model in production and has not reported for longer than the limit, with its last report."""

    report: ServingReport
    limit: timedelta

    @property
    def sentence(self) -> str:
        version, last = self.report.model_version, self.report.reported_at
        hours = int(self.limit.total_seconds() // 3_600)
        message = f"{version} is silent in {self.report.environment}: its last report came at {last:%Y-%m-%d %H:%M} UTC"
        return f"{message}; the limit is {counted(hours, 'hour')}."


class LatestReport(NamedTuple):
    """The newest report of one environment, and whether it is older than the model's limit."""

    report: ServingReport
    silent: bool


def latest_reports(model: RegisteredModel) -> list[LatestReport]:
    """The newest report of each environment of a model in production, without those of a shadow; two queries."""
    limit = timedelta(hours=model.silent_after_hours)
    newest = _newest(ServingReport.objects.filter(model_version__model=model))
    return [LatestReport(report, timezone.now() - report.reported_at > limit) for report in newest]


def silent() -> list[Silence]:
    """Every version that serves of a production model, by environment, whose last report is older than the model's limit.

    What serves is what has traffic; where nothing is configured, the version that reported last.
    """
    now = timezone.now()
    newest = list(_newest(ServingReport.objects.all(), by="model_version"))
    last = {_place(report): report.pk for report in sorted(newest, key=lambda report: report.pk)}
    serving = {
        (revision.model_id, revision.environment): {
            share.model_version_id for share in revision.shares.all() if share.percent
        }
        for revision in serving_now().filter(model__in={report.model_version.model_id for report in newest})
    }
    silences = [
        Silence(report, timedelta(hours=report.model_version.model.silent_after_hours))
        for report in newest
        if (
            report.model_version_id in serving[_place(report)]
            if _place(report) in serving
            else last[_place(report)] == report.pk
        )
    ]
    return [silence for silence in silences if now - silence.report.reported_at > silence.limit]


def _place(report: ServingReport) -> tuple[int, str]:
    return report.model_version.model_id, report.environment


def _newest(reports: QuerySet[ServingReport], *, by: str = "model_version__model") -> QuerySet[ServingReport]:
    """The report that came last, of each model (or version) in production and environment, without those of a shadow."""
    served = ModelVersion.objects.filter(stage=Stage.PRODUCTION).values("model")
    newest = (
        reports.filter(shadow=False, model_version__model__in=served)
        .order_by()
        .values(by, "environment")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    chosen = ServingReport.objects.filter(pk__in=newest).select_related("model_version__model")
    return chosen.order_by("model_version__model__name", "environment")


def reports() -> QuerySet[ServingReport]:
    """Every report, the newest window first."""
    return ServingReport.objects.select_related("model_version__model__owner_team")


def reports_of(version: ModelVersion) -> QuerySet[ServingReport]:
    """The serving reports of one version."""
    return reports().filter(model_version=version)
