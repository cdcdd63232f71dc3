"""The life of an alert about a figure: opened when it got worse, reported again when worse still, resolved by newer evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.health.queries.health_alerts import observe, owner_of, unresolved_health_alerts
from assessments.health.rules.health_alerts import Figure, Observed, Pair, is_worse, is_worse_again, recovered, title
from assessments.models import HealthAlert, Organization
from assessments.organizations.actions import ONLY_LEADS, lock_organization
from assessments.organizations.queries import list_organizations
from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Refused
from platform_site.text.changes import changes
from platform_site.work import for_each

State = HealthAlert.State
CORRECTED = "It compared with {of}, which was corrected."
ARCHIVED = "The organization is archived."
ACKNOWLEDGEMENT = ("state", "acknowledged_by")


def watch_figures() -> int:
    """Compare the figures of every organization with what they were; for how many that was done."""
    return for_each(list_organizations(), _watch)


def follow_figures(organization: Organization, pairs: Mapping[Figure, Pair], now: datetime) -> None:
    """Open, update or resolve the alerts of an organization, inside a transaction. A figure that nothing measured changes
    nothing: its alert stays."""
    organization = lock_organization(organization)
    standing = {Figure(alert.figure): alert for alert in unresolved_health_alerts(organization)}
    owner = owner_of(organization, now)
    for figure, pair in pairs.items():
        alert = standing.get(figure)
        if alert and pair.standing is not None and alert.before_of not in pair.standing:
            _resolve(alert, CORRECTED.format(of=alert.before_of))
            alert = None
        if alert:
            _follow(alert, figure, pair)
        elif pair.before and is_worse(figure, pair.before.value, pair.after.value):
            _open(organization, figure, pair.before, pair.after, owner)


def acknowledge_health_alert(alert: HealthAlert, *, actor: Actor) -> HealthAlert:
    """Acknowledge an alert until the figure recovers, or gets worse again."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        lock_organization(alert.organization)
        alert = HealthAlert.objects.select_related("organization").get(pk=alert.pk)
        if alert.state == State.RESOLVED:
            raise Refused("alert_resolved", "This alert is already resolved.")
        before = {name: getattr(alert, name) for name in ACKNOWLEDGEMENT}
        alert.state, alert.acknowledged_by = State.ACKNOWLEDGED, actor.name
        moved = changes(before, {name: str(getattr(alert, name)) for name in ACKNOWLEDGEMENT})
        if moved:
            alert.save(update_fields=ACKNOWLEDGEMENT)
            _record("acknowledged", alert, actor, changes=moved)
    return alert


def _watch(organization: Organization) -> bool:
    now = timezone.now()
    if organization.archived_at is not None:
        return _end_archived(organization)
    pairs = observe(organization, now)
    with transaction.atomic():
        follow_figures(organization, pairs, now)
    return True


def _end_archived(organization: Organization) -> bool:
    if not unresolved_health_alerts(organization).exists():
        return False
    with transaction.atomic():
        organization = lock_organization(organization)
        for alert in unresolved_health_alerts(organization):
            _resolve(alert, ARCHIVED)
    return True


def _open(organization: Organization, figure: Figure, before: Observed, after: Observed, owner: str) -> None:
    alert = HealthAlert.objects.create(
        organization=organization,
        figure=figure,
        title=title(figure, before, after)[:300],
        before=before.value,
        before_of=before.of,
        after=after.value,
        after_of=after.of,
        owner=owner,
        opened_at=timezone.now(),
        observed_on=after.on,
    )
    _record("opened", alert, SYSTEM)


def _follow(alert: HealthAlert, figure: Figure, pair: Pair) -> None:
    """What newer evidence does to an alert; older evidence and the same again do nothing."""
    after, before = pair.after, Observed(alert.before, alert.before_of, alert.observed_on)
    if after.of == alert.after_of or after.on < alert.observed_on:
        return
    if not is_worse(figure, alert.before, after.value):
        _resolve(alert, recovered(figure, before, after), observed_on=after.on)
        return
    alert.observed_on = after.on
    if not is_worse_again(figure, alert.after, after.value):
        alert.save(update_fields=["observed_on"])
        return
    was = {"was": alert.title} | ({"acknowledged_by": alert.acknowledged_by} if alert.acknowledged_by else {})
    alert.title, alert.after, alert.after_of = title(figure, before, after)[:300], after.value, after.of
    alert.state, alert.acknowledged_by = State.OPEN, ""
    alert.save(update_fields=["observed_on", "title", "after", "after_of", *ACKNOWLEDGEMENT])
    _record("updated", alert, SYSTEM, **was)


def _resolve(alert: HealthAlert, because: str, **columns: Any) -> None:
    alert.state, alert.resolved_at, alert.resolved_because = State.RESOLVED, timezone.now(), because[:300]
    for name, value in columns.items():
        setattr(alert, name, value)
    alert.save(update_fields=["state", "resolved_at", "resolved_because", *columns])
    _record("resolved", alert, SYSTEM, because=alert.resolved_because)


def _record(done: str, alert: HealthAlert, actor: Actor, **payload: Any) -> None:
    content: dict[str, Any] = {"title": alert.title, "organization": alert.organization.slug, "figure": alert.figure}
    content |= {"before": alert.before, "after": alert.after, "owner": alert.owner}
    record(f"health_alert.{done}", subject=f"health_alert:{alert.pk}", actor=actor, payload=content | payload)
