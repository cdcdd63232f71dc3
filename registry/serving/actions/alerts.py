"""Open, update and resolve the alerts of serving: skew in a report (F8), and silence where reports are overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site.work import for_each
from registry.checks.actions.alerts import Evidence, follow, resolve_alert, unresolved
from registry.checks.rules.alerts import Finding
from registry.models import Alert, ModelVersion, ServingReport
from registry.serving.queries.alerts import is_superseded, no_longer_served
from registry.serving.queries.reports import Silence, silent
from registry.serving.rules.findings import Found, Thing, findings, says_something
from registry.serving.rules.skew import Skew

SILENT = "silent"  # the part of an alert of silence


def standing_alerts(version: ModelVersion, environment: str) -> dict[Thing, Alert]:
    """The unresolved alerts of a version in an environment, by what they are about, locked."""
    alerts = unresolved(version.alerts.filter(environment=environment))
    return {Thing(alert.finding, alert.feature): alert for alert in alerts}


def follow_report(
    report: ServingReport, standing: dict[Thing, Alert], differences: Sequence[Skew], traffic: Sequence[Skew]
) -> None:
    """Open, update or resolve the alerts of a version in an environment, inside the transaction that stores its report.

    ``standing`` are the unresolved ones, locked. The end of the report's window orders it among the reports of that
    version and environment. One that leaves a feature out says nothing about the definition of that feature.
    """
    silence = standing.pop(Thing(Alert.Kind.SILENCE), None)
    if silence and not report.shadow:  # a shadow says nothing of what users get
        resolve_alert(silence, details={"serving_report": report.pk})
    wrong = findings(report.model_version.version, report.environment, differences, traffic)
    for thing in sorted(wrong.keys() | standing.keys()):
        if says_something(thing, report.features):
            late = thing not in standing and is_superseded(report, thing)
            evidence = _evidence(report, wrong.get(thing), report.reported_at)
            follow(standing.get(thing), evidence, thing=_about(report, thing.kind, thing.feature), superseded=late)


def look_for_silence() -> int:
    """Open an alert, which informs, wherever a version that serves in production has reported nothing for longer than its
    model's limit; resolve those of versions that serve no more. How many had none."""
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


def _open_silence(silence: Silence) -> None:
    report = silence.report
    content = Found({SILENT: None}, silence.sentence)
    with transaction.atomic():
        follow(None, _evidence(report, content, timezone.now()), thing=_about(report, Alert.Kind.SILENCE))


def _evidence(report: ServingReport, content: Found | None, recorded_at: datetime) -> Evidence:
    parts, title = content or Found({}, "")
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
