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
from registry.models import Alert, CheckRun, RegisteredModel, ServingReport
from registry.queries import impact
from registry.queries.serving import versions_with_traffic


def settle_alerts(run: CheckRun) -> None:
    """Open or resolve the alerts of a finished run, inside the transaction that finishes it.

    A run that errored or had not enough data neither opens nor resolves: it found nothing out.
    """
    if run.outcome == CheckRun.Outcome.PASSED:
        for alert in run.check_definition.alerts.exclude(state=Alert.State.RESOLVED):
            _resolve(alert)
    elif run.outcome in (CheckRun.Outcome.FAILED, CheckRun.Outcome.NOT_DETERMINISTIC):
        for model in impact.models_concerned(run.check_definition):
            _open(model, run)


def settle_skew(report: ServingReport) -> None:
    """Open, keep or resolve the alert of an environment after its report, inside the transaction that keeps it."""
    model = report.model_version.model
    standing = model.alerts.filter(environment=report.environment, serving_report__isnull=False)
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
            serving_report=report,
            environment=report.environment,
            title=f"Serving skew in {report.environment}: {told}"[:300],
            opened_at=timezone.now(),
        )
        payload = _told(alert) | {"serving_report": report.pk}
        record("alert.opened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


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
            "title": (run.summary if check.feature_id else f"{check.name}: {run.summary}")[:300],
            "blocking": check.blocking,
            "opened_at": timezone.now(),
        },
    )
    if created:
        payload = _told(alert) | {"check": check.name, "run": run.pk}
        record("alert.opened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


def _resolve(alert: Alert) -> None:
    alert.state, alert.resolved_at = Alert.State.RESOLVED, timezone.now()
    alert.save(update_fields=["state", "resolved_at"])
    record("alert.resolved", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=_told(alert))


def _told(alert: Alert) -> dict[str, Any]:
    """What every event of an alert says, so that whoever is sent one need not ask."""
    return {"model": alert.model.name, "title": alert.title, "blocking": alert.blocking}
