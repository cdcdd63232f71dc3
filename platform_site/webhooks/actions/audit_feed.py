"""Make deliveries from the audit log: each event once for each webhook that subscribes to it.

The log's sequence has no gaps and follows the order of the commits, so one position says which events were processed.
The code that records an event does not know about webhooks and does not wait for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from platform_site.audit import queries as log
from platform_site.audit.models import AuditEvent
from platform_site.webhooks import messages
from platform_site.webhooks.messages import Event
from platform_site.webhooks.models import Delivery, LogPosition, Webhook
from platform_site.webhooks.queries import link_to, subscribers_of

BATCH = 500
BODIES = {
    Webhook.Kind.JSON: messages.as_json,
    Webhook.Kind.SLACK: messages.as_slack,
    Webhook.Kind.EMAIL: messages.as_mail,
}


def follow() -> int:
    """Process all new events; return how many deliveries were made."""
    made, more = 0, _is_behind()
    while more:
        count, more = _follow_a_batch()
        made += count
    return made


def delivery_of(webhook: Webhook, event: Event, **others: object) -> Delivery:
    """A new delivery of an event, due now; not saved."""
    now = timezone.now()
    return Delivery(
        webhook=webhook,
        event=event.name,
        subject=event.subject,
        sequence=event.sequence,
        body=BODIES[Webhook.Kind(webhook.kind)](event),
        next_attempt_at=now,
        created_at=now,
        **others,
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
        made = _deliveries(rows)
        Delivery.objects.bulk_create(made, batch_size=100)
        position.sequence = rows[-1].sequence
        position.save(update_fields=["sequence"])
    return len(made), len(rows) == BATCH


def _deliveries(rows: Sequence[AuditEvent]) -> list[Delivery]:
    active = list(Webhook.objects.filter(active=True))
    if not active:
        return []
    events = (
        Event(row.action, row.sequence, row.at, row.actor, row.subject, row.content, link_to(row.subject))
        for row in rows
    )
    return [
        delivery_of(webhook, event._replace(name=name))
        for event in events
        for webhook, name in subscribers_of(event, active)
    ]
