"""Open, update and resolve the alerts of serving: skew in a report (F8), and silence where reports are overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from platform_site.work import for_each
from registry.checks.actions.alerts import Evidence, follow, resolve_alert, unresolved
from registry.checks.rules.alerts import Finding, Step
from registry.models import Alert, ServingReport
from registry.serving.queries.alerts import is_superseded, no_longer_served
from registry.serving.queries.reports import Silence, silent
from registry.serving.rules.findings import Found, Thing, findings, says_something
from registry.serving.rules.skew import Skew

SILENT = "silent"  # the part of an alert of silence


def follow_report(report: ServingReport, differences: Sequence[Skew], traffic: Sequence[Skew]) -> None:
    """Open, update or resolve the alerts of a version in an environment, inside the transaction that stores its report.

    The end of the report's window orders it among the reports of that version and environment. One that leaves a feature
    out says nothing about the definition of that feature.
    """
    version = report.model_version
    found = findings(version.version, report.environment, differences, traffic)
    alerts = version.alerts.filter(environment=report.environment, finding__in=Alert.OF_SERVING)
    standing = {Thing(alert.finding, alert.feature): alert for alert in unresolved(alerts)}
    for thing in sorted(found.keys() | standing.keys()):
        if says_something(thing, report.features):
            late = thing not in standing and is_superseded(report, thing)
            evidence = _evidence(report, found.get(thing), report.reported_at)
            follow(standing.get(thing), evidence, thing=_about(report, thing.kind, thing.feature), superseded=late)
    for alert in () if report.shadow else unresolved(_silences(report)):  # a shadow says nothing of what users get
        resolve_alert(alert, details={"serving_report": report.pk})


def look_for_silence() -> int:
    """Open an alert, which informs, wherever a version that serves in production has reported nothing for longer than its
    model's limit; resolve those of versions that serve no more. How many it opened."""
    overdue = {(silence.report.model_version_id, silence.report.environment): silence for silence in silent()}
    known = set()
    for alert in Alert.objects.filter(finding=Alert.Kind.SILENCE).exclude(state=Alert.State.RESOLVED):
        known.add((alert.model_version_id, alert.environment))
        if (alert.model_version_id, alert.environment) not in overdue:
            _resolve(alert.pk, "Serving reports again, or the version does not serve in production any more.")
    new = [silence for key, silence in overdue.items() if key not in known]
    for_each(new, _open_silence)
    return len(new)


def resolve_alerts_of_gone() -> int:
    """Resolve the alerts of serving about versions that do not serve there any more: their traffic was taken away, or they
    were archived, after their last report. How many."""
    gone = no_longer_served()
    for pk, because in gone:
        _resolve(pk, because)
    return len(gone)


def _resolve(pk: int, because: str) -> None:
    with transaction.atomic():
        for alert in unresolved(Alert.objects.filter(pk=pk)):
            resolve_alert(alert, because=because)


def _open_silence(silence: Silence) -> bool:
    report = silence.report
    found = Found({SILENT: None}, silence.sentence)
    with transaction.atomic():
        return (
            follow(None, _evidence(report, found, timezone.now()), thing=_about(report, Alert.Kind.SILENCE))
            is Step.OPEN
        )


def _silences(report: ServingReport) -> QuerySet[Alert]:
    return report.model_version.alerts.filter(environment=report.environment, finding=Alert.Kind.SILENCE)


def _evidence(report: ServingReport, found: Found | None, recorded_at: datetime) -> Evidence:
    parts, title = found or Found({}, "")
    details = {"serving_report": report.pk}
    return Evidence(report.observed_at, recorded_at, Finding(parts), title, {"serving_report": report}, details)


def _about(report: ServingReport, kind: str, feature: str = "") -> dict[str, Any]:
    version = report.model_version
    return {
        "model": version.model,
        "model_version": version,
        "environment": report.environment,
        "finding": kind,
        "feature": feature,
    }
