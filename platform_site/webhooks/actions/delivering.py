"""Deliver: claimed by one worker, sent, the end recorded once. What is due and unclaimed is sent again by the sweep.

A message may arrive twice, when a worker dies between the answer and its record: the delivery's number tells.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from datetime import timedelta
from smtplib import SMTPException
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Refused
from platform_site.outbound.client import PATIENCE_S, NotSent, post
from platform_site.outbound.sealing import Unreadable, unseal
from platform_site.people.models import User
from platform_site.queue import after_commit, send
from platform_site.webhooks import retrying
from platform_site.webhooks.actions.following import delivery_of
from platform_site.webhooks.actions.targets import give_up_waiting, switched_off
from platform_site.webhooks.events import TEST
from platform_site.webhooks.messages import Event, signed_headers
from platform_site.webhooks.models import Delivery, DeliveryAttempt, Webhook
from platform_site.webhooks.queries import ONLY_LEADS, link_to, secret_of

TASK = "webhooks.deliver"
LEASE = timedelta(seconds=6 * PATIENCE_S)
LONGEST_UNTIL_ASKED_AGAIN = timedelta(seconds=60)
MOST_AT_ONCE = 50
IS_OFF = "The webhook is switched off: switch it on first."
HOPELESS = "{failures} attempts in a row failed, since {since:%Y-%m-%d %H:%M} UTC. The last: {why}"
log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """How one attempt ended: a status, or the reason why there is none."""

    is_taken: bool
    milliseconds: int
    status: int | None = None
    answer: str = ""
    error: str = ""


def deliver(delivery_id: int) -> bool:
    """Send a delivery if it is due and nobody else does; whether an attempt was made."""
    token = claim(delivery_id)
    if token is None:
        return False
    delivery = Delivery.objects.select_related("webhook").get(pk=delivery_id)
    finish(delivery, token, _attempt(delivery))
    return True


def claim(delivery_id: int) -> uuid.UUID | None:
    """Take a delivery to send: the fence token, or None when it is not due, taken or over. One update."""
    now, token = timezone.now(), uuid.uuid4()
    # Not `webhook__active`: the row would be chosen in a subquery, which PostgreSQL does not ask again when it has waited
    # for another worker's claim.
    active = Webhook.objects.filter(active=True)
    claimed = Delivery.objects.filter(_due(now), pk=delivery_id, webhook__in=active).update(
        state=Delivery.State.SENDING, token=token, lease_until=now + LEASE, attempt_count=F("attempt_count") + 1
    )
    return token if claimed else None


def finish(delivery: Delivery, token: uuid.UUID, outcome: Outcome) -> bool:
    """Record how an attempt ended, once: False when the claim was lost, and then nothing was written."""
    now = timezone.now()
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=delivery.webhook_id).first()
        if webhook is None:
            return False
        mine = Delivery.objects.filter(pk=delivery.pk, token=token, state=Delivery.State.SENDING)
        over = outcome.is_taken or not webhook.active
        due = None if over else retrying.next_attempt(delivery.attempt_count, now, first=_first_wait())
        if not mine.update(**_columns(outcome, due)):
            return False
        told = outcome._asdict()
        del told["is_taken"]
        DeliveryAttempt.objects.create(delivery=delivery, number=delivery.attempt_count, at=now, **told)
        _count(webhook, outcome)
    return True


def send_what_is_due() -> int:
    """Ask workers for what is due and for what a dead one left; how many were asked for.

    So many at once and no more: a receiver that is away must not keep all workers waiting.
    """
    now = timezone.now()
    used_up = Delivery.objects.filter(
        state=Delivery.State.SENDING, lease_until__lt=now, attempt_count__gte=retrying.MOST_ATTEMPTS
    )
    used_up.update(state=Delivery.State.FAILED, finished_at=now, next_attempt_at=None)
    due = Delivery.objects.filter(_due(now), webhook__active=True)
    long_ago = now - min(2 * _first_wait(), LONGEST_UNTIL_ASKED_AGAIN)
    unasked = due.filter(Q(sent_at__isnull=True) | Q(sent_at__lt=long_ago)).order_by("next_attempt_at", "pk")
    asked = 0
    for pk in list(unasked.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        Delivery.objects.filter(pk=pk).update(sent_at=now)
        if not send(TASK, pk, soon=True):
            break  # the broker is away: each further try would wait for it
        asked += 1
    return asked


def redeliver(delivery: Delivery, *, actor: Actor) -> Delivery:
    """Send the same body again, as a new delivery, whatever became of the first."""
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    now = timezone.now()
    again = Delivery(
        webhook=delivery.webhook,
        event=delivery.event,
        subject=delivery.subject,
        sequence=delivery.sequence,
        body=delivery.body,
        next_attempt_at=now,
        created_at=now,
        redelivery_of=delivery,
        requested_by=actor.name,
    )
    return _ask_for(again, "redelivered", actor, delivery=delivery.pk)


def send_test(webhook: Webhook, *, actor: Actor) -> Delivery:
    """Send an event that says no more than that it arrived."""
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    subject = f"webhook:{webhook.pk}"
    told = {"title": "This is a test: what you read arrived."}
    event = Event(TEST, None, timezone.now().isoformat(), actor.name, subject, told, link_to(subject))
    return _ask_for(delivery_of(webhook, event, requested_by=actor.name), "tested", actor)


def tell_owner(webhook_id: int) -> None:
    """Mail to the owner that a webhook was switched off, where both a mail server and an address are known."""
    webhook = Webhook.objects.filter(pk=webhook_id, active=False).first()
    owner = User.objects.filter(username=webhook.owner).first() if webhook else None
    if settings.MAIL_IS_SET and owner and owner.email:
        text = f"Plumbline sends nothing to {webhook} any more. {webhook.switched_off_because}"
        EmailMessage(f"[Plumbline] switched off: {webhook}"[:150], text, to=[owner.email]).send()


def _ask_for(asked: Delivery, done: str, actor: Actor, **payload: object) -> Delivery:
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(no_key=True).get(pk=asked.webhook_id)
        if not webhook.active:
            raise Refused("webhook_off", IS_OFF)
        asked.save(force_insert=True)
        record(f"webhook.{done}", subject=f"webhook:{webhook.pk}", actor=actor, payload=payload)
        after_commit(TASK, asked.pk)
    return asked


def _first_wait() -> timedelta:
    return timedelta(seconds=settings.WEBHOOK_RETRY_S)


def _due(now: object) -> Q:
    return Q(state=Delivery.State.PENDING, next_attempt_at__lte=now) | Q(
        state=Delivery.State.SENDING, lease_until__lt=now, attempt_count__lt=retrying.MOST_ATTEMPTS
    )


def _attempt(delivery: Delivery) -> Outcome:
    began = time.monotonic()
    try:
        outcome = _mailed(delivery) if delivery.webhook.kind == Webhook.Kind.EMAIL else _posted(delivery)
    except (NotSent, Unreadable, OSError, SMTPException) as fault:
        outcome = Outcome(False, 0, error=_excerpt(str(fault) or type(fault).__name__, 300))
    return outcome._replace(milliseconds=round((time.monotonic() - began) * 1000))


def _posted(delivery: Delivery) -> Outcome:
    webhook, body = delivery.webhook, delivery.body.encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Plumbline"}
    if webhook.kind == Webhook.Kind.JSON:
        headers |= signed_headers(
            secret_of(webhook), delivery=delivery.pk, event=delivery.event, timestamp=int(time.time()), body=body
        )
    answer = post(unseal(webhook.sealed_url), body, headers, allowed=settings.OUTBOUND_ALLOW)
    return Outcome(answer.is_taken, 0, answer.status, _excerpt(answer.body.decode(errors="replace"), 1_000))


def _mailed(delivery: Delivery) -> Outcome:
    mail, to = json.loads(delivery.body), unseal(delivery.webhook.sealed_url)
    EmailMessage(mail["subject"], mail["text"], to=[to]).send()
    return Outcome(True, 0)


def _excerpt(text: str, longest: int) -> str:
    return "".join(one if one.isprintable() or one in "\n\t" else "\ufffd" for one in text[:longest])


def _columns(outcome: Outcome, due: object) -> dict[str, object]:
    if due is not None:
        return {"state": Delivery.State.PENDING, "next_attempt_at": due, "sent_at": None}
    state = Delivery.State.DELIVERED if outcome.is_taken else Delivery.State.FAILED
    return {"state": state, "next_attempt_at": None, "finished_at": timezone.now()}


def _count(webhook: Webhook, outcome: Outcome) -> None:
    """Count what fails in a row, and switch off what failed for too long."""
    if outcome.is_taken and not webhook.failures:
        return
    now = timezone.now()
    webhook.failures = 0 if outcome.is_taken else webhook.failures + 1
    webhook.failing_since = None if outcome.is_taken else webhook.failing_since or now
    webhook.save(update_fields=["failures", "failing_since"])
    if webhook.active and retrying.is_hopeless(webhook.failures, webhook.failing_since, now):
        _switch_off(webhook, outcome)


def _switch_off(webhook: Webhook, outcome: Outcome) -> None:
    why = f"status {outcome.status}" if outcome.status else outcome.error
    because = HOPELESS.format(failures=webhook.failures, since=webhook.failing_since, why=why)[:300]
    for name, value in switched_off(because).items():
        setattr(webhook, name, value)
    webhook.save(update_fields=["active", "switched_off_at", "switched_off_because"])
    give_up_waiting(webhook)
    payload = {"title": f"{webhook} is switched off", "reason": because, "owner": webhook.owner}
    record("webhook.switched_off", subject=f"webhook:{webhook.pk}", actor=SYSTEM, payload=payload)
    after_commit("webhooks.tell_owner", webhook.pk)
