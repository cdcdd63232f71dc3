"""The life of an alert: opened, updated by another or worse finding, acknowledged for a time, resolved by newer evidence.

Every change is an event of the audit log, which webhooks follow: this module knows no receivers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.text.changes import changes
from registry.checks.rules.alerts import Decision, Finding, Step, decide
from registry.models import Alert, AlertFinding

ACKNOWLEDGEMENT = ("state", "acknowledged_by", "acknowledged_until")
FURTHER = "The alert has reported something else since you opened this page: {title} Read it, then acknowledge that."


class Evidence(NamedTuple):
    """What a run or report found about one thing: when it was observed, the sentence about it, and where it comes from.

    ``recorded_at``: when that came to be known; ``origin``: the field of the alert that holds the run or the report; ``details``: what the events say of it.
    """

    at: datetime
    recorded_at: datetime
    finding: Finding
    title: str
    origin: Mapping[str, Any]
    details: Mapping[str, Any]


def follow(alert: Alert | None, evidence: Evidence, *, thing: Mapping[str, Any], superseded: bool = False) -> None:
    """Open, update or resolve the alert about one thing, as newer evidence about it says.

    ``alert`` is the unresolved one, locked (`unresolved`), or None; ``thing`` are the fields that say what it is about;
    ``superseded`` as in `decide`. Call it inside a transaction.
    """
    decision = decide(alert.standing if alert else None, evidence.finding, evidence.at, superseded=superseded)
    if alert is None:
        if decision.step is Step.OPEN:
            _open(thing, evidence)
        return
    match decision.step:
        case Step.RESOLVE:
            resolve_alert(alert, details=evidence.details)
        case Step.SEE:
            _see(alert, evidence)
            alert.save(update_fields=["observed_at", *evidence.origin])
        case Step.UPDATE:
            _update(alert, evidence, decision)


def unresolved(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """The alerts among them that are not resolved, locked in the order of their keys until the transaction ends.

    Lock them before the first audit event: whoever acknowledges one holds it, and waits for the head of the log.
    """
    rows = alerts.exclude(state=Alert.State.RESOLVED).order_by("pk")
    return rows.select_for_update(of=("self",), no_key=True).select_related("model", "model_version")


def acknowledge(alert: Alert, *, until: datetime | None, actor: Actor, seen: int | None = None) -> Alert:
    """Acknowledge what an alert reports, until a moment or (None) until it is fixed; a blocking alert keeps blocking.

    Another or worse finding reopens it earlier. ``seen``: the newest of its findings when somebody looked; Refused when
    another one has come since, because an acknowledgement covers what was seen.
    """
    access.require(
        access.can_contribute(actor, alert.model.owner_team.slug), "Only the model's team may acknowledge its alerts."
    )
    now = timezone.now()
    if until is not None and until <= now:
        sentence = f"{until:%Y-%m-%d %H:%M} UTC is not in the future. Give a later moment for until."
        raise Invalid([Fault("until", "in_the_past", sentence)])
    with transaction.atomic():
        alert = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
        if alert.state == Alert.State.RESOLVED:
            raise Refused("alert_resolved", "This alert is already resolved.")
        if seen is not None and alert.findings.filter(pk__gt=seen).exists():
            raise Refused("changed", FURTHER.format(title=alert.title))
        content = {"title": alert.title, "parts": alert.parts, "blocking": alert.blocking}
        before = {name: getattr(alert, name) for name in ACKNOWLEDGEMENT}
        alert.state, alert.acknowledged_by, alert.acknowledged_until = Alert.State.ACKNOWLEDGED, actor.name, until
        alert.acknowledged_finding = content | {"by": actor.name, "at": now.isoformat()}
        alert.save(update_fields=[*ACKNOWLEDGEMENT, "acknowledged_finding"])
        payload = _payload(alert) | {"until": until.isoformat() if until else "fixed"}
        payload["changes"] = changes(before, {name: getattr(alert, name) for name in ACKNOWLEDGEMENT})
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
        rows = lapsed.select_for_update(of=("self",), no_key=True).order_by("pk")
        alerts = list(rows.select_related("model", "model_version"))
        for alert in alerts:
            payload = _payload(alert) | {"acknowledged_by": alert.acknowledged_by}
            alert.save(update_fields=_reopen(alert))
            record("alert.reopened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)
    return len(alerts)


def resolve_alert(alert: Alert, *, because: str = "", details: Mapping[str, Any] | None = None) -> None:
    """Resolve an alert; ``because`` says why where no run or report without a finding did. Call it inside a transaction."""
    alert.state, alert.resolved_at, alert.resolved_because = Alert.State.RESOLVED, timezone.now(), because
    alert.save(update_fields=["state", "resolved_at", "resolved_because"])
    payload = _payload(alert) | dict(details or {}) | ({"because": because} if because else {})
    record("alert.resolved", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


def _open(thing: Mapping[str, Any], evidence: Evidence) -> None:
    """Open an alert unless another session opened one about the same thing meanwhile."""
    finding = evidence.finding
    alert, created = Alert.objects.exclude(state=Alert.State.RESOLVED).get_or_create(
        **thing,
        defaults={
            **evidence.origin,
            "title": evidence.title[:300],
            "parts": dict(finding.parts),
            "blocking": finding.blocking,
            "observed_at": evidence.at,
            "opened_at": evidence.recorded_at,
        },
    )
    if created:
        _store_finding(alert, evidence)
        payload = _payload(alert) | dict(evidence.details)
        record("alert.opened", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


def _update(alert: Alert, evidence: Evidence, decision: Decision) -> None:
    """Report another, worse or lesser finding, with the one before it; what nobody acknowledged opens again."""
    before = {"was": alert.title, "was_blocking": alert.blocking, "change": str(decision.change)}
    _see(alert, evidence)
    alert.title, alert.parts = evidence.title[:300], dict(evidence.finding.parts)
    alert.blocking = evidence.finding.blocking
    changed = ["observed_at", *evidence.origin, "title", "parts", "blocking"]
    if decision.reopens:
        before["acknowledged_by"] = alert.acknowledged_by
        changed += _reopen(alert)
    alert.save(update_fields=changed)
    _store_finding(alert, evidence)
    payload = _payload(alert) | before | {"state": alert.state, "reopened": decision.reopens} | dict(evidence.details)
    record("alert.updated", subject=f"alert:{alert.pk}", actor=SYSTEM, payload=payload)


def _see(alert: Alert, evidence: Evidence) -> None:
    alert.observed_at = evidence.at
    for name, value in evidence.origin.items():
        setattr(alert, name, value)


def _reopen(alert: Alert) -> list[str]:
    """End an acknowledgement; the fields that changed."""
    alert.state, alert.acknowledged_by, alert.acknowledged_until = Alert.State.OPEN, "", None
    return list(ACKNOWLEDGEMENT)


def _store_finding(alert: Alert, evidence: Evidence) -> None:
    AlertFinding.objects.create(
        alert=alert,
        observed_at=alert.observed_at,
        title=alert.title,
        parts=alert.parts,
        blocking=alert.blocking,
        recorded_at=evidence.recorded_at,
        **evidence.origin,
    )


def _payload(alert: Alert) -> dict[str, Any]:
    """What every event of an alert says, so that a webhook's receiver needs no second request."""
    about = {"environment": alert.environment, "feature": alert.feature}
    if alert.model_version:
        about["version"] = alert.model_version.version
    payload = {"model": alert.model.name, "title": alert.title, "blocking": alert.blocking, "finding": alert.finding}
    return payload | {name: value for name, value in about.items() if value}
