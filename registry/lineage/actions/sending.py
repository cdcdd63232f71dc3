"""Send our own events to the OpenLineage server that an administrator configured: each is made once, and retried.

The audit log says what there is to send; one position says how far it was read. Nothing is sent before the server was
configured: `lineage/export/` has everything from the beginning.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from platform_site import work
from platform_site.access import SYSTEM
from platform_site.audit import queries as log
from platform_site.audit.models import AuditEvent
from platform_site.audit.record import record
from platform_site.outbound.client import ANYWHERE, PATIENCE_S, NotSent, post
from platform_site.work import Claim, ClaimLost, Kind, after_commit_each
from registry.lineage.queries.outgoing import events_of
from registry.lineage.rules.run_events import ACTIONS
from registry.models import LineageDelivery, LineagePosition

TASK = "registry.send_lineage"
BATCH = 500
WAITS_S = (30, 120, 480, 1_800, 7_200, 21_600, 43_200)
MOST_ATTEMPTS = len(WAITS_S) + 1
CRASHED = "Unexpected error. The worker's log has the details under delivery {pk}."
TOO_LONG = "The attempt exceeded the time limit of a task."
USED_UP = "The worker that sent it stopped responding. That was attempt {attempts}, the last one."
State = LineageDelivery.State


def follow() -> int:
    """Make the OpenLineage events of what is new in the audit log; how many. Nothing without a server to send to."""
    made = 0
    while settings.OPENLINEAGE_URL and (count := _follow_a_batch()) is not None:
        made += count
    return made


def send_what_is_due() -> int:
    """Send what is due or abandoned to workers, end what has no attempt left; return how many were touched."""
    return work.sweep(DELIVERIES) if settings.OPENLINEAGE_URL else 0


def deliver(delivery_id: int) -> bool:
    """Send an event if it is due and unclaimed; whether an attempt was made."""
    return work.perform(DELIVERIES, delivery_id, _deliver)


def _follow_a_batch() -> int | None:
    """How many events were made of the next part of the log; None at its end."""
    head = log.head()
    if head is None:
        return None
    position, created = LineagePosition.objects.get_or_create(pk=1, defaults={"sequence": head.sequence})
    if created or position.sequence >= head.sequence:
        return None
    until = min(position.sequence + BATCH, head.sequence)
    rows = AuditEvent.objects.filter(sequence__gt=position.sequence, sequence__lte=until, action__in=ACTIONS)
    now = timezone.now()
    made = [
        LineageDelivery(
            sequence=sequence, event_type=event["eventType"], body=event, next_attempt_at=now, created_at=now
        )
        for sequence, event in events_of(rows.order_by("sequence"))
    ]
    with transaction.atomic():
        # Whoever moves the position first makes the rows: the other one finds it moved, and makes none.
        if not LineagePosition.objects.filter(pk=1, sequence=position.sequence).update(sequence=until):
            return 0
        stored = LineageDelivery.objects.bulk_create(made, batch_size=100)
        after_commit_each(TASK, [row.pk for row in stored])
    return len(made)


def _deliver(claim: Claim) -> None:
    row = LineageDelivery.objects.filter(pk=claim.pk).first()
    if row is None:
        raise ClaimLost
    headers = {"Content-Type": "application/json", "User-Agent": "Plumbline"}
    if settings.OPENLINEAGE_API_KEY:
        headers["Authorization"] = f"Bearer {settings.OPENLINEAGE_API_KEY}"
    url = f"{settings.OPENLINEAGE_URL}/{settings.OPENLINEAGE_ENDPOINT}"
    try:
        answer = post(url, json.dumps(row.body).encode(), headers, allowed=ANYWHERE)
    except NotSent as failure:
        _finish(claim, row.attempts, str(failure), is_taken=False)
    else:
        _finish(claim, row.attempts, f"status {answer.status}", is_taken=answer.is_taken)


def _finish(claim: Claim, attempts: int, answer: str, *, is_taken: bool) -> bool:
    is_last = attempts >= MOST_ATTEMPTS
    state = State.DELIVERED if is_taken else State.FAILED if is_last else State.PENDING
    columns: dict[str, object] = {"answer": answer[:300]}
    if state == State.PENDING:
        columns |= {"next_attempt_at": timezone.now() + timedelta(seconds=WAITS_S[attempts - 1]), "sent_at": None}
    with transaction.atomic():
        done = work.finish(claim, state=state, **columns)
        if done and state == State.FAILED:
            payload = {"title": "An OpenLineage event could not be sent", "reason": answer[:300], "attempts": attempts}
            record("lineage.sending_failed", subject=f"lineage_delivery:{claim.pk}", actor=SYSTEM, payload=payload)
    return done


def _end_with(claim: Claim, message: str) -> bool:
    return _finish(claim, MOST_ATTEMPTS, message, is_taken=False)


def _due(now: datetime) -> Q:
    return Q(next_attempt_at__lte=now)


DELIVERIES = Kind(
    model=LineageDelivery,
    task=TASK,
    lease=timedelta(seconds=6 * PATIENCE_S),
    most_attempts=MOST_ATTEMPTS,
    send_again_after=timedelta(seconds=60),
    end_with=_end_with,
    crashed=CRASHED,
    too_long=TOO_LONG,
    used_up=USED_UP,
    due=_due,
    order=("next_attempt_at", "pk"),
    most_sent_at_once=50,
)
