"""Make deliveries from the audit log: each event once for each webhook that subscribes to it.

The log's sequence has no gaps and follows the order of the commits, so one position says which events were processed.
The code that records an event does not know about webhooks and does not wait for them. What its subject belongs to is
asked when it is sent (`signals.events_described`).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from platform_site.audit import queries as log
from platform_site.audit.models import AuditEvent
from platform_site.webhooks.bodies import body_of
from platform_site.webhooks.models import Delivery, HeldEvent, LogPosition, Webhook
from platform_site.webhooks.queries import (
    absolute,
    describe_all,
    event_of,
    is_due_to,
    is_subscribed,
    linked,
    open_incidents,
    sent_name,
)
from platform_site.webhooks.rules import notices
from platform_site.webhooks.rules.incidents import TEST, Incident, incident_of
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.rules.notices import Details, Notice, notice_of
from platform_site.webhooks.rules.quiet import held_until

BATCH = 500


def follow() -> int:
    """Process all new events, and send what waited for the end of quiet hours; how many deliveries were made."""
    made, more = release_held(), _is_behind()
    while more:
        count, more = _follow_a_batch()
        made += count
    return made


def release_held() -> int:
    """Make one delivery of everything that waited for a destination and need not wait any longer; how many."""
    due = HeldEvent.objects.filter(until__lte=timezone.now(), webhook__active=True)
    return sum(_release(pk) for pk in sorted(set(due.values_list("webhook_id", flat=True))))


def delivery_of(
    webhook: Webhook, event: Event, details: Details = notices.NO_DETAILS, *, requested_by: str = ""
) -> Delivery:
    """A new delivery of an event, due now; not saved."""
    incident = incident_of(event.name, event.subject, event.payload)
    notice = notice_of(event, details)
    delivery = _delivery(webhook, event.name, event.subject, notice)
    delivery.body = body_of(webhook.kind, event, notice, details.teams, incident)
    delivery.sequence, delivery.requested_by = event.sequence, requested_by
    if incident and (webhook.is_pager or event.name != TEST):
        delivery.incident, delivery.step = incident
    return delivery


def _delivery(webhook: Webhook, name: str, subject: str, notice: Notice) -> Delivery:
    now = timezone.now()
    return Delivery(
        webhook=webhook,
        event=name,
        subject=subject,
        severity=notice.severity,
        next_attempt_at=now,
        created_at=now,
    )


def _is_behind() -> bool:
    """Whether there are new events. Without a lock: most of the time there are none, and no writer should wait for that."""
    position, head = LogPosition.objects.filter(pk=1).first(), log.head()
    return bool(position and head and position.sequence < head.sequence)


def _follow_a_batch() -> tuple[int, bool]:
    with transaction.atomic():
        position = LogPosition.objects.select_for_update(no_key=True).get(pk=1)
        rows = list(AuditEvent.objects.filter(sequence__gt=position.sequence).order_by("sequence")[:BATCH])
        if not rows:
            return 0, False
        made, held = _deliveries(rows)
        Delivery.objects.bulk_create(made, batch_size=100)
        HeldEvent.objects.bulk_create(held, batch_size=100)
        position.sequence = rows[-1].sequence
        position.save(update_fields=["sequence"])
    return len(made), len(rows) == BATCH


def _deliveries(rows: Sequence[AuditEvent]) -> tuple[list[Delivery], list[HeldEvent]]:
    """What goes out of these events, and what waits."""
    active = list(Webhook.objects.filter(active=True).select_related("person__quiet_hours").order_by("pk"))
    events = [event_of(row) for row in rows]
    wanted = [(event, to) for event in events if (to := [row for row in active if is_subscribed(row, event)])]
    keys = [incident.key for event, _ in wanted if (incident := _incident(event))]
    last = open_incidents(active, keys) if keys else {}
    made: list[Delivery] = []
    held: list[HeldEvent] = []
    details_of_each = describe_all([event for event, _ in wanted]) if wanted else []
    for (plain, webhooks), details in zip(wanted, details_of_each, strict=True):
        event = linked(plain, details)._replace(name=sent_name(plain))
        notice, incident = notice_of(event, details), _incident(event)
        for webhook in webhooks:
            before = last.get((webhook.pk, incident.key), "") if incident else ""
            if not is_due_to(webhook, event, notice.severity, details.teams, before):
                continue
            if waiting := _held(webhook, event, notice):
                held.append(waiting)
                continue
            made.append(delivery_of(webhook, event, details))
            if incident:
                last[webhook.pk, incident.key] = incident.step
    return made, held


def _incident(event: Event) -> Incident | None:
    return incident_of(event.name, event.subject, event.payload)


def _held(webhook: Webhook, event: Event, notice: Notice) -> HeldEvent | None:
    """An event as a line that waits, where the person of a destination has quiet hours now."""
    quiet = getattr(webhook.person, "quiet_hours", None)
    until = held_until(quiet.quiet, notice.severity, timezone.now()) if quiet else None
    if until is None:
        return None
    return HeldEvent(
        webhook=webhook,
        sequence=event.sequence or 0,  # an event of the log has one
        event=event.name,
        subject=event.subject,
        severity=notice.severity,
        title=notice.title,
        at=notice.at,
        until=until,
    )


def _release(pk: int) -> bool:
    """One digest for a destination; the lines that it leaves out are counted in it."""
    with transaction.atomic():
        webhook = (
            Webhook.objects.select_for_update(of=("self",), no_key=True).select_related("person").filter(pk=pk).first()
        )
        rows = list(webhook.held.filter(until__lte=timezone.now()).order_by("sequence")) if webhook else []
        if webhook is None or not rows:
            return False
        person = webhook.person.get_username() if webhook.person else webhook.owner
        lines = [notices.Held(row.at, row.severity, row.title) for row in rows]
        notice = notices.digest(lines, person=person, at=timezone.now().isoformat(), link=absolute("/"))
        delivery = _delivery(webhook, notices.DIGEST, notice.subject, notice)
        event = Event(notices.DIGEST, None, notice.at, notice.by, notice.subject, {}, notice.link)
        delivery.body = body_of(webhook.kind, event, notice, (), None)
        delivery.save(force_insert=True)
        webhook.held.filter(pk__in=[row.pk for row in rows]).delete()
    return True
