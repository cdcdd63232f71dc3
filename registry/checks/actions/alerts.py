"""Open an alert when a check fails, one for each model and check; resolve it by itself when the next run passes.

Every change is an event of the audit log, which webhooks follow: nothing here knows whom it is told to.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.work import for_each
from registry.checks.queries import parity
from registry.checks.queries.concerned import models_concerned
from registry.models import Alert, CheckRun, Feature, RegisteredModel, ServingReport
from registry.serving.queries import reports as serving
from registry.serving.queries.reports import Silence, versions_with_traffic


def settle_alerts(run: CheckRun) -> None:
    """Open or resolve the alerts of a finished run, inside the transaction that finishes it.

    A run that errored or had not enough data neither opens nor resolves: it found nothing out. Nor does one over a
    definition that nobody serves, be it proposed only or gone back from.
    """
    if run.outcome == CheckRun.Outcome.PASSED:
        for alert in run.check_definition.alerts.exclude(state=Alert.State.RESOLVED):
            _resolve(alert)
    elif parity.is_about_nothing_served(run.check_definition):
        return
    elif run.outcome in (CheckRun.Outcome.FAILED, CheckRun.Outcome.NOT_DETERMINISTIC):
        for model in models_concerned(run.check_definition):
            _open(model, run)


def settle_gone_back_from(feature: Feature) -> None:
    """Resolve what parity checks raised about a definition that the feature was set back from, inside the transaction
    that sets it back: their next run would compare the same two definitions, and never pass."""
    standing = Alert.objects.filter(check_definition__feature=feature).exclude(state=Alert.State.RESOLVED)
    for alert in standing.select_related("model", "check_definition__feature__current"):
        if parity.is_about_nothing_served(alert.check_definition):
            gone = alert.check_definition.parameters["current"]
            _resolve(alert, because=f"{feature.name} is no longer computed by {gone}.")


def settle_skew(report: ServingReport) -> None:
    """Open, keep or resolve the alert of an environment after its report, inside the transaction that keeps it."""
    model = report.model_version.model
    _end_silence(model, report.environment)
    standing = model.alerts.filter(environment=report.environment, finding=Alert.Finding.SKEW)
    standing = standing.exclude(state=Alert.State.RESOLVED).select_related("serving_report", "model")
    if not report.skew:
        others = versions_with_traffic(model, report.environment) - {report.model_version_id}
        for alert in standing:
            if alert.serving_report.model_version_id not in others:  # those speak for themselves
                _resolve(alert)
    elif not standing.exists():
        told = "; ".join(f"{one['feature']} {one['issue']}" for one in report.skew)
        alert = Alert.objects.create(
            model=model,
            finding=Alert.Finding.SKEW,
            serving_report=report,
            environment=report.environment,
            title=f"Serving skew in {report.environment}: {told}"[:300],
            opened_at=timezone.now(),
        )
        payload = _told(alert) | {"serving_report": report.pk}
        record("alert.opened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


def look_for_silence() -> int:
    """Open an alert, which informs, wherever a production model's serving has reported nothing for longer than its limit;
    resolve those of models that are not in production any more. How many it opened."""
    overdue = {(one.report.model_version.model_id, one.report.environment): one for one in serving.silent()}
    standing = Alert.objects.filter(finding=Alert.Finding.SILENCE).exclude(state=Alert.State.RESOLVED)
    known = set()
    for alert in standing.select_related("model"):
        known.add((alert.model_id, alert.environment))
        if (alert.model_id, alert.environment) not in overdue:
            with transaction.atomic():
                _resolve(alert, because="Serving reports again, or the model is not in production any more.")
    new = [one for key, one in overdue.items() if key not in known]
    for_each(new, _open_silence)
    return len(new)


def acknowledge(alert: Alert, *, until: datetime, actor: Actor) -> Alert:
    """Say that somebody looks after it until a moment; a blocking alert blocks on."""
    access.require(
        access.can_contribute(actor, alert.model.owner_team.slug), "Only the model's team acknowledges its alerts."
    )
    if until <= timezone.now():
        raise Invalid([Fault("until", "in_the_past", "Give a moment in the future.")])
    with transaction.atomic():
        alert = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
        if alert.state == Alert.State.RESOLVED:
            raise Refused("alert_resolved", "This alert is resolved already.")
        alert.state, alert.acknowledged_by, alert.acknowledged_until = Alert.State.ACKNOWLEDGED, actor.name, until
        alert.save(update_fields=["state", "acknowledged_by", "acknowledged_until"])
        payload = _told(alert) | {"until": until.isoformat()}
        record("alert.acknowledged", subject=f"alert:{alert.pk}", actor=actor, payload=payload)
    return alert


def reopen_lapsed() -> int:
    """Open again what was acknowledged until a moment that is past and is still not resolved; how many there were.

    The audit log keeps who had looked after it.
    """
    lapsed = Alert.objects.filter(state=Alert.State.ACKNOWLEDGED, acknowledged_until__lte=timezone.now())
    if not lapsed.exists():
        return 0
    with transaction.atomic():
        alerts = list(lapsed.select_for_update(of=("self",), no_key=True).select_related("model"))
        for alert in alerts:
            payload = _told(alert) | {"acknowledged_by": alert.acknowledged_by}
            alert.state, alert.acknowledged_by, alert.acknowledged_until = Alert.State.OPEN, "", None
            alert.save(update_fields=["state", "acknowledged_by", "acknowledged_until"])
            record("alert.reopened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)
    return len(alerts)


def _open(model: RegisteredModel, run: CheckRun) -> None:
    check = run.check_definition
    alert, created = Alert.objects.exclude(state=Alert.State.RESOLVED).get_or_create(
        model=model,
        check_definition=check,
        defaults={
            "run": run,
            "title": f"{check.feature or check.name}: {run.summary}"[:300],
            "blocking": check.blocking,
            "opened_at": timezone.now(),
        },
    )
    if created:
        payload = _told(alert) | {"check": check.name, "run": run.pk}
        record("alert.opened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


def _open_silence(one: Silence) -> None:
    report, model = one.report, one.report.model_version.model
    with transaction.atomic():
        RegisteredModel.objects.select_for_update(no_key=True).get(pk=model.pk)
        alert, created = Alert.objects.exclude(state=Alert.State.RESOLVED).get_or_create(
            model=model,
            environment=report.environment,
            finding=Alert.Finding.SILENCE,
            defaults={"serving_report": report, "title": one.sentence[:300], "opened_at": timezone.now()},
        )
        if created:
            payload = _told(alert) | {"serving_report": report.pk}
            record("alert.opened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


def _end_silence(model: RegisteredModel, environment: str) -> None:
    standing = model.alerts.filter(environment=environment, finding=Alert.Finding.SILENCE)
    for alert in standing.exclude(state=Alert.State.RESOLVED).select_related("model"):
        _resolve(alert)


def _resolve(alert: Alert, *, because: str = "") -> None:
    alert.state, alert.resolved_at, alert.resolved_because = Alert.State.RESOLVED, timezone.now(), because
    alert.save(update_fields=["state", "resolved_at", "resolved_because"])
    payload = _told(alert) | ({"because": because} if because else {})
    record("alert.resolved", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


def _told(alert: Alert) -> dict[str, Any]:
    """What every event of an alert says, so that whoever is sent one need not ask."""
    return {"model": alert.model.name, "title": alert.title, "blocking": alert.blocking}
