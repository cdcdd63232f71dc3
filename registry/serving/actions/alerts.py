"""Open and resolve the alerts of serving: skew in a report (F8), and silence where reports are overdue."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from platform_site.work import for_each
from registry.checks.actions.alerts import open_alert, resolve_alert
from registry.models import Alert, RegisteredModel, ServingReport
from registry.serving.queries.reports import Silence, silent, versions_that_run


def open_or_resolve_skew_alert(report: ServingReport) -> None:
    """Open, keep or resolve the skew alert of an environment, inside the transaction that stores the report."""
    model, environment = report.model_version.model, report.environment
    if not report.shadow:  # a shadow says nothing of what users get
        _resolve_silence(model, environment)
    if report.skew:
        issues = "; ".join(f"{skew['feature']} {skew['issue']}" for skew in report.skew)
        title = f"Serving skew in {environment}: {issues}"
        _open_of_report(report, Alert.Finding.SKEW, title)
        return
    others = versions_that_run(model, environment) - {report.model_version_id}
    unresolved = _unresolved(model, environment, Alert.Finding.SKEW)
    for alert in unresolved.exclude(serving_report__model_version__in=others).select_related("model"):
        resolve_alert(alert)  # another version that runs here resolves its own


def look_for_silence() -> int:
    """Open an alert, which informs, wherever a production model's serving has reported nothing for longer than its limit;
    resolve those of models that are not in production any more. How many it opened."""
    overdue = {(silence.report.model_version.model_id, silence.report.environment): silence for silence in silent()}
    unresolved = Alert.objects.filter(finding=Alert.Finding.SILENCE).exclude(state=Alert.State.RESOLVED)
    known = set()
    for alert in unresolved.select_related("model"):
        known.add((alert.model_id, alert.environment))
        if (alert.model_id, alert.environment) not in overdue:
            with transaction.atomic():
                resolve_alert(alert, because="Serving reports again, or the model is not in production any more.")
    new = [silence for key, silence in overdue.items() if key not in known]
    for_each(new, _open_silence)
    return len(new)


def _open_silence(silence: Silence) -> None:
    with transaction.atomic():
        _open_of_report(silence.report, Alert.Finding.SILENCE, silence.sentence)


def _resolve_silence(model: RegisteredModel, environment: str) -> None:
    for alert in _unresolved(model, environment, Alert.Finding.SILENCE).select_related("model"):
        resolve_alert(alert)


def _open_of_report(report: ServingReport, finding: Alert.Finding, title: str) -> None:
    open_alert(
        report.model_version.model,
        identity={"environment": report.environment, "finding": finding},
        fields={"serving_report": report, "title": title[:300]},
        details={"serving_report": report.pk},
    )


def _unresolved(model: RegisteredModel, environment: str, finding: Alert.Finding) -> QuerySet[Alert]:
    return model.alerts.filter(environment=environment, finding=finding).exclude(state=Alert.State.RESOLVED)
