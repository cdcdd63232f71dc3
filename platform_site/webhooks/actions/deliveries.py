"""Send deliveries: each is claimed by one worker, sent, and its result recorded once. The sweep retries the rest.

A message may arrive twice, when a worker dies before it records the answer; both have the same delivery number.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from platform_site import access, work
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import record
from platform_site.errors import Refused
from platform_site.outbound.client import PATIENCE_S, NotSent, post
from platform_site.outbound.sealing import CannotUnseal, unseal
from platform_site.people.models import User
from platform_site.webhooks import retries
from platform_site.webhooks.actions.audit_feed import delivery_of
from platform_site.webhooks.actions.targets import give_up_waiting, switched_off
from platform_site.webhooks.models import Delivery, DeliveryAttempt, Webhook
from platform_site.webhooks.queries import ONLY_LEADS, has_later_step, incident_key, link_to, secret_of
from platform_site.webhooks.rules.formats import opsgenie
from platform_site.webhooks.rules.formats.pagerduty import with_routing_key
from platform_site.webhooks.rules.incidents import TEST, Step
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.signatures import signed_headers
from platform_site.work import Claim, ClaimLost, Kind, after_commit

TASK = "webhooks.deliver"
FIRST_WAIT = timedelta(seconds=settings.WEBHOOK_RETRY_S)
LONGEST_UNTIL_SENT_AGAIN = timedelta(seconds=60)
SUPERSEDED = "A later event about the same incident was sent since: sending this one again would open what has ended."
WEBHOOK_OFF = "The webhook is switched off. Switch it on first."
FAILED_TOO_OFTEN = "{failures} attempts in a row have failed since {since:%Y-%m-%d %H:%M} UTC. The last error: {why}"
CRASHED = "Unexpected error. The worker's log has the details under delivery {pk}."
TOO_LONG = "The attempt exceeded the time limit of a task."
USED_UP = "The worker that sent it stopped responding. That was attempt {attempts}, the last one."


class Outcome(NamedTuple):
    """The result of one attempt: a status, or the error."""

    is_taken: bool
    milliseconds: int
    status: int | None = None
    answer: str = ""
    error: str = ""


def deliver(delivery_id: int) -> bool:
    """Send a delivery if it is due and unclaimed; return whether an attempt was made."""
    return work.perform(DELIVERIES, delivery_id, _deliver)


def finish(claim: Claim, delivery: Delivery, outcome: Outcome) -> bool:
    """Record the result of an attempt, once; False when the claim was lost, and then nothing was written.

    A failed delivery waits for its next attempt. It ends when that was the last one, or the webhook is off.
    """
    now = timezone.now()
    with transaction.atomic():
        # The webhook before its delivery: whoever switches a webhook off locks them in this order.
        webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=delivery.webhook_id).first()
        if webhook is None:
            return False
        over = outcome.is_taken or not webhook.active
        due = None if over else retries.next_attempt(delivery.attempt_count, now, first=FIRST_WAIT)
        if not work.finish(claim, **_columns(outcome, due)):
            return False
        columns = outcome._asdict()
        del columns["is_taken"]
        DeliveryAttempt.objects.create(delivery=delivery, number=delivery.attempt_count, at=now, **columns)
        _count(webhook, outcome)
        if due is None and (after := _next_of_incident(delivery)):
            after_commit(TASK, after)
    return True


def send_what_is_due() -> int:
    """Send what is due or abandoned to workers, end what has no attempt left; return how many were touched."""
    return work.sweep(DELIVERIES)


def redeliver(delivery: Delivery, *, actor: Actor) -> Delivery:
    """Send the same body again as a new delivery, whatever the state of the first.

    Refused at a pager once a later event about the same incident was sent: it would open again what has ended.
    """
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    if delivery.webhook.is_pager and has_later_step(delivery):
        raise Refused("delivery_superseded", SUPERSEDED)
    now = timezone.now()
    again = Delivery(
        webhook=delivery.webhook,
        event=delivery.event,
        subject=delivery.subject,
        sequence=delivery.sequence,
        body=delivery.body,
        severity=delivery.severity,
        incident=delivery.incident,
        step=delivery.step,
        next_attempt_at=now,
        created_at=now,
        redelivery_of=delivery,
        requested_by=actor.name,
    )
    return _queue([again], "redelivered", actor, delivery=delivery.pk)


def send_test(webhook: Webhook, *, actor: Actor) -> Delivery:
    """Send a test event; at a pager two: an incident opens, and is resolved after it."""
    access.require(access.can_manage_webhooks(actor), ONLY_LEADS)
    subject = f"webhook:{webhook.pk}"
    steps = [Step.TRIGGER, Step.RESOLVE] if webhook.is_pager else [Step.TRIGGER]
    with transaction.atomic():
        tests = []
        for step in steps:
            payload = {"title": "This is a test event from Plumbline.", "step": str(step)}
            event = Event(TEST, None, timezone.now().isoformat(), actor.name, subject, payload, link_to(subject))
            tests.append(delivery_of(webhook, event, requested_by=actor.name))
        return _queue(tests, "tested", actor)


def tell_owner(webhook_id: int) -> None:
    """Mail the owner that a webhook was switched off, if there are a mail server and an address."""
    webhook = Webhook.objects.filter(pk=webhook_id, active=False).first()
    owner = User.objects.filter(username=webhook.owner).first() if webhook else None
    if settings.MAIL_IS_SET and webhook and owner and owner.email:
        text = f"Plumbline no longer sends events to {webhook}. {webhook.switched_off_because}"
        EmailMessage(f"[Plumbline] switched off: {webhook}"[:150], text, to=[owner.email]).send()


def _queue(deliveries: Sequence[Delivery], verb: str, actor: Actor, /, **payload: object) -> Delivery:
    """Store deliveries of one webhook and send them to a worker; the first of them."""
    first = deliveries[0]
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(no_key=True).get(pk=first.webhook_id)
        if not webhook.active:
            raise Refused("webhook_off", WEBHOOK_OFF)
        for delivery in deliveries:
            delivery.save(force_insert=True)
        record(f"webhook.{verb}", subject=f"webhook:{webhook.pk}", actor=actor, payload=payload)
        after_commit(TASK, first.pk)
    return first


def _next_of_incident(delivery: Delivery) -> int | None:
    """The delivery of the same incident that waited for this one; None when there is none."""
    if not delivery.incident:
        return None
    same = Delivery.objects.filter(webhook=delivery.webhook_id, incident=delivery.incident, pk__gt=delivery.pk)
    return same.filter(state=Delivery.State.PENDING).order_by("pk").values_list("pk", flat=True).first()


def _deliver(claim: Claim) -> None:
    delivery = Delivery.objects.select_related("webhook").filter(pk=claim.pk).first()
    if delivery is None:
        raise ClaimLost  # its webhook was removed meanwhile
    finish(claim, delivery, _attempt(delivery))


def _end_with(claim: Claim, sentence: str) -> bool:
    delivery = Delivery.objects.filter(pk=claim.pk).first()
    return delivery is not None and finish(claim, delivery, Outcome(False, 0, error=sentence))


def _attempt(delivery: Delivery) -> Outcome:
    began = time.monotonic()
    try:
        outcome = _send_mail(delivery) if delivery.webhook.kind == Webhook.Kind.EMAIL else _post(delivery)
    except (NotSent, CannotUnseal, OSError, SMTPException) as fault:
        outcome = Outcome(False, 0, error=_excerpt(str(fault) or type(fault).__name__, 300))
    return outcome._replace(milliseconds=round((time.monotonic() - began) * 1000))


def _post(delivery: Delivery) -> Outcome:
    url, body, headers = _request(delivery)
    headers |= {"Content-Type": "application/json", "User-Agent": "Plumbline"}
    answer = post(url, body, headers, allowed=settings.OUTBOUND_ALLOW)
    return Outcome(answer.is_taken, 0, answer.status, _excerpt(answer.body.decode(errors="replace"), 1_000))


def _request(delivery: Delivery) -> tuple[str, bytes, dict[str, str]]:
    """Where a delivery goes, with what and by which headers; the only place that reads a secret."""
    webhook, body = delivery.webhook, delivery.body.encode()
    url = unseal(webhook.sealed_url)
    match webhook.kind:
        case Webhook.Kind.PAGERDUTY:
            return url, with_routing_key(delivery.body, secret_of(webhook)), {}
        case Webhook.Kind.OPSGENIE:
            address = opsgenie.address_of(url, key=incident_key(delivery.incident), step=delivery.step)
            return address, body, {"Authorization": f"GenieKey {secret_of(webhook)}"}
        case Webhook.Kind.JSON:
            now, secret = int(time.time()), secret_of(webhook)
            return (
                url,
                body,
                signed_headers(secret, delivery=delivery.pk, event=delivery.event, timestamp=now, body=body),
            )
    return url, body, {}


def _send_mail(delivery: Delivery) -> Outcome:
    mail, to = json.loads(delivery.body), unseal(delivery.webhook.sealed_url)
    EmailMessage(mail["subject"], mail["text"], to=[to]).send()
    return Outcome(True, 0)


def _excerpt(text: str, longest: int) -> str:
    return "".join(mark if mark.isprintable() or mark in "\n\t" else "\ufffd" for mark in text[:longest])


def _columns(outcome: Outcome, due: datetime | None) -> dict[str, Any]:
    if due is not None:
        return {"state": Delivery.State.PENDING, "next_attempt_at": due, "sent_at": None}
    state = Delivery.State.DELIVERED if outcome.is_taken else Delivery.State.FAILED
    return {"state": state, "next_attempt_at": None}


def _count(webhook: Webhook, outcome: Outcome) -> None:
    """Count failures in a row, and switch the webhook off when it has failed for too long."""
    if outcome.is_taken and not webhook.failures:
        return
    now = timezone.now()
    webhook.failures = 0 if outcome.is_taken else webhook.failures + 1
    webhook.failing_since = None if outcome.is_taken else webhook.failing_since or now
    webhook.save(update_fields=["failures", "failing_since"])
    if webhook.active and retries.should_switch_off(webhook.failures, webhook.failing_since, now):
        _switch_off(webhook, outcome)


def _switch_off(webhook: Webhook, outcome: Outcome) -> None:
    why = f"status {outcome.status}" if outcome.status else outcome.error
    sentence = FAILED_TOO_OFTEN.format(failures=webhook.failures, since=webhook.failing_since, why=why)[:300]
    for name, value in switched_off(sentence).items():
        setattr(webhook, name, value)
    webhook.save(update_fields=["active", "switched_off_at", "switched_off_because"])
    give_up_waiting(webhook)
    payload = {"title": f"{webhook} is switched off", "reason": sentence, "owner": webhook.owner}
    record("webhook.switched_off", subject=f"webhook:{webhook.pk}", actor=SYSTEM, payload=payload)
    after_commit("webhooks.tell_owner", webhook.pk)


def _due(now: datetime) -> Q:
    """What may be sent by now: an event about an incident waits until those before it are over, so that none overtakes.

    What a person sends again goes at once, and nothing waits for it.
    """
    unfinished = Q(state__in=[Delivery.State.PENDING, Delivery.State.SENDING])
    earlier = Delivery.objects.filter(
        unfinished,
        redelivery_of=None,
        webhook=OuterRef("webhook"),
        incident=OuterRef("incident"),
        pk__lt=OuterRef("pk"),
    )
    return Q(next_attempt_at__lte=now) & (Q(incident="") | Q(redelivery_of__isnull=False) | Q(~Exists(earlier)))


DELIVERIES = Kind(
    model=Delivery,
    task=TASK,
    lease=timedelta(seconds=6 * PATIENCE_S),
    most_attempts=retries.MOST_ATTEMPTS,
    send_again_after=min(2 * FIRST_WAIT, LONGEST_UNTIL_SENT_AGAIN),
    end_with=_end_with,
    crashed=CRASHED,
    too_long=TOO_LONG,
    used_up=USED_UP,
    unwanted=Q(webhook__in=Webhook.objects.filter(active=False)),
    due=_due,
    order=("next_attempt_at", "pk"),
    most_sent_at_once=50,  # a receiver that is away must not keep all workers waiting
    waiting_first=True,
)
