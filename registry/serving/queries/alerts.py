"""What is known about alerts of serving beside a report: newer reports, and versions that do not serve any more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.db.models.functions import Least

from registry.models import Alert, ServingReport, ServingRevision, StageChange
from registry.serving.queries.deployments import serving_now
from registry.serving.rules.findings import SKEW, Thing
from registry.versions.rules.lifecycle import Stage


def is_superseded(report: ServingReport, thing: Thing) -> bool:
    """Whether a report of a later window says something about the same thing; at most two queries."""
    same = ServingReport.objects.filter(model_version=report.model_version_id, environment=report.environment)
    later = same.annotate(observed=Least("window_end", "reported_at")).filter(observed__gt=report.observed_at)
    return (later.filter(features__has_key=thing.feature) if thing.kind == SKEW else later).exists()


def no_longer_served() -> list[tuple[int, str]]:
    """The unresolved alerts of serving whose version lost its traffic there, or was archived, after its last report: the
    key of each and why."""
    rows = Alert.objects.filter(finding__in=Alert.OF_SERVING).exclude(state=Alert.State.RESOLVED).order_by("pk")
    alerts = list(rows.select_related("model", "model_version", "serving_report"))
    revisions = {(row.model_id, row.environment): row for row in _revisions(alerts)}
    archived = _archived(alerts)
    reasons = (
        (
            alert.pk,
            _traffic_gone(alert, revisions.get((alert.model_id, alert.environment)))
            or _archived_since(alert, archived.get(alert.model_version_id)),
        )
        for alert in alerts
    )
    return [(pk, because) for pk, because in reasons if because]


def _revisions(alerts: list[Alert]) -> list[ServingRevision]:
    return list(serving_now().filter(model__in={alert.model_id for alert in alerts})) if alerts else []


def _archived(alerts: list[Alert]) -> dict[int | None, datetime]:
    archived = StageChange.objects.filter(
        model_version__in={alert.model_version_id for alert in alerts},
        model_version__stage=Stage.ARCHIVED,
        after=Stage.ARCHIVED,
    )
    return dict(archived.order_by().values_list("model_version").annotate(at=Max("changed_at"))) if alerts else {}


def _traffic_gone(alert: Alert, revision: ServingRevision | None) -> str:
    """What a window that began later says of its traffic is in its own report."""
    report, version = alert.serving_report, alert.model_version
    if revision is None or report is None or version is None or version.version in revision.configuration.weights:
        return ""
    if revision.made_at <= report.window_start:
        return ""
    return f"{version.version} has no traffic in {alert.environment} since revision {revision.number}."


def _archived_since(alert: Alert, at: datetime | None) -> str:
    report = alert.serving_report
    if at is None or report is None or report.reported_at > at:
        return ""
    return f"{alert.model_version} is archived and has reported nothing since."
