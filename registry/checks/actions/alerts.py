"""The life of an alert: opened when a check fails, acknowledged for a time, resolved when the next run passes.

Every change is an event of the audit log, which webhooks follow: this module knows no receivers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.text.wording import in_words
from registry.checks.queries import parity
from registry.checks.queries.concerned import models_concerned
from registry.features.queries.parity_evidence import unanswered_by
from registry.models import Alert, CheckRun, Feature, RegisteredModel

MOST_COLUMNS = 5


def open_or_resolve_alerts(run: CheckRun) -> None:
    """Open or resolve the alerts of a finished run, inside the transaction that finishes it.

    A run that errored or had too little data concluded nothing, so it neither opens nor resolves. Nor does a run over
    a definition that is not served, because it is only proposed or was replaced by an older one. A parity run that passed
    over other data, or over fewer rows, than the one that failed resolves nothing.
    """
    if run.outcome == CheckRun.Outcome.PASSED:
        if unanswered_by(run):
            return
        for alert in run.check_definition.alerts.exclude(state=Alert.State.RESOLVED):
            resolve_alert(alert)
    elif parity.compares_unserved_definition(run.check_definition):
        return
    elif run.outcome in (CheckRun.Outcome.FAILED, CheckRun.Outcome.NOT_DETERMINISTIC):
        for model in models_concerned(run.check_definition):
            _open_of_run(model, run)


def resolve_alerts_of_superseded(feature: Feature) -> None:
    """Resolve the alerts of parity checks about a definition that is no longer current, inside the transaction that sets
    another one: their next run would compare the same two definitions, and never pass."""
    unresolved = Alert.objects.filter(check_definition__feature=feature).exclude(state=Alert.State.RESOLVED)
    for alert in unresolved.select_related("model", "check_definition__feature__current"):
        check = alert.check_definition
        if check and parity.compares_unserved_definition(check):
            superseded = check.parameters["current"]
            resolve_alert(alert, because=f"{feature.name} is no longer computed by {superseded}.")


def acknowledge(alert: Alert, *, until: datetime, actor: Actor) -> Alert:
    """Acknowledge an alert until a moment; a blocking alert keeps blocking."""
    access.require(
        access.can_contribute(actor, alert.model.owner_team.slug), "Only the model's team may acknowledge its alerts."
    )
    if until <= timezone.now():
        raise Invalid(
            [
                Fault(
                    "until",
                    "in_the_past",
                    f"{until:%Y-%m-%d %H:%M} UTC is not in the future. Give a later moment for until.",
                )
            ]
        )
    with transaction.atomic():
        alert = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
        if alert.state == Alert.State.RESOLVED:
            raise Refused("alert_resolved", "This alert is already resolved.")
        alert.state, alert.acknowledged_by, alert.acknowledged_until = Alert.State.ACKNOWLEDGED, actor.name, until
        alert.save(update_fields=["state", "acknowledged_by", "acknowledged_until"])
        payload = _payload(alert) | {"until": until.isoformat()}
        record("alert.acknowledged", subject=f"alert:{alert.pk}", actor=actor, payload=payload)
    return alert


def reopen_lapsed() -> int:
    """Reopen the alerts whose acknowledgement expired before they were resolved; how many there were.

    The audit log keeps who had acknowledged them.
    """
    lapsed = Alert.objects.filter(state=Alert.State.ACKNOWLEDGED, acknowledged_until__lte=timezone.now())
    if not lapsed.exists():
        return 0
    with transaction.atomic():
        alerts = list(lapsed.select_for_update(of=("self",), no_key=True).select_related("model"))
        for alert in alerts:
            payload = _payload(alert) | {"acknowledged_by": alert.acknowledged_by}
            alert.state, alert.acknowledged_by, alert.acknowledged_until = Alert.State.OPEN, "", None
            alert.save(update_fields=["state", "acknowledged_by", "acknowledged_until"])
            record("alert.reopened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)
    return len(alerts)


def open_alert(
    model: RegisteredModel, *, identity: Mapping[str, Any], fields: Mapping[str, Any], details: dict[str, Any]
) -> bool:
    """Open an alert of a model unless one with the same ``identity`` is unresolved; whether it was opened.

    ``identity`` and ``fields`` are fields of the alert, ``details`` what its event says of where it came from. Call it
    inside a transaction.
    """
    alert, created = Alert.objects.exclude(state=Alert.State.RESOLVED).get_or_create(
        model=model, **identity, defaults={**fields, "opened_at": timezone.now()}
    )
    if created:
        record("alert.opened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=_payload(alert) | details)
    return created


def resolve_alert(alert: Alert, *, because: str = "") -> None:
    """Resolve an alert; ``because`` says why where no run or report without a finding did. Call it inside a transaction."""
    alert.state, alert.resolved_at, alert.resolved_because = Alert.State.RESOLVED, timezone.now(), because
    alert.save(update_fields=["state", "resolved_at", "resolved_because"])
    payload = _payload(alert) | ({"because": because} if because else {})
    record("alert.resolved", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


def _open_of_run(model: RegisteredModel, run: CheckRun) -> None:
    check = run.check_definition
    title = f"{check.feature or check.name}: {run.summary}"[:300]
    open_alert(
        model,
        identity={"check_definition": check},
        fields={"run": run, "title": title, "blocking": check.blocking},
        details={"check": check.name, "run": run.pk, "message": _message(run)},
    )


def _message(run: CheckRun) -> str:
    """A run for the people of a model: the verdict, what was compared and left out, then the columns that decided."""
    check = run.check_definition
    sentence = run.result.content.get("sentence", "") if hasattr(run, "result") else ""
    decided = run.columns.exclude(outcome=CheckRun.Outcome.PASSED).order_by("rank")[:MOST_COLUMNS]
    lines = [f"{check.get_kind_display()} of {check.feature or check.name}: {in_words(run.outcome)}", run.summary]
    lines += [sentence] if sentence not in run.summary else []
    return "\n".join([*lines, *(f"- {column.column}: {column.sentence}" for column in decided)])


def _payload(alert: Alert) -> dict[str, Any]:
    """What every event of an alert says, so that a webhook's receiver needs no second request."""
    return {"model": alert.model.name, "title": alert.title, "blocking": alert.blocking}
