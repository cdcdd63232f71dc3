"""Each event arrives once, signed; what fails is tried again, for a day, and a webhook that fails for long is off."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from platform_site import work as background
from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed, Refused
from platform_site.webhooks.actions import audit_feed, deliveries
from platform_site.webhooks.actions.deliveries import DELIVERIES
from platform_site.webhooks.actions.targets import add_webhook, change_webhook
from platform_site.webhooks.models import Delivery, DeliveryAttempt, Webhook
from platform_site.webhooks.verify import is_from_plumbline
from tests.platform_site.webhooks.conftest import happen, wait, work

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_an_event_arrives_once_and_signed(webhook, receiver, settings):
    settings.PUBLIC_ORIGIN = "https://plumbline.example"
    happen(title="fare_amount drifted", model="eta")
    assert work() == 1
    assert work() == 0
    (posted,) = receiver.posted
    assert is_from_plumbline(webhook[1], posted.headers, posted.body)
    assert not is_from_plumbline("another secret", posted.headers, posted.body)
    body = json.loads(posted.body)
    assert (body["event"], body["subject"], body["payload"]["model"]) == ("alert.opened", "alert:3", "eta")
    assert body["sequence"] == AuditEvent.objects.first().sequence
    assert body["link"] == "https://plumbline.example/registry/alerts/3/"
    assert (body["severity"], body["teams"], body["text"]) == ("warning", [], "fare_amount drifted\nModel: eta")
    assert posted.headers["webhook-id"] == f"delivery_{Delivery.objects.get().pk}"
    assert posted.headers["X-Plumbline-Event"] == "alert.opened"
    delivery = Delivery.objects.get()
    (attempt,) = delivery.attempts.all()
    assert (delivery.state, attempt.number, attempt.status, attempt.error) == ("delivered", 1, 204, "")
    assert posted.headers["X-Plumbline-Delivery"] == str(delivery.pk)


def test_what_fails_is_tried_again_later_with_the_same_body(webhook, receiver):
    receiver.answers += [503, 500]
    happen()
    assert work() == 1
    delivery = Delivery.objects.get()
    assert delivery.state == "pending"
    assert 25 < (delivery.next_attempt_at - timezone.now()).total_seconds() <= 30
    assert work() == 0
    wait(31)
    assert work() == 1
    wait(121)
    assert work() == 1
    assert [attempt.status for attempt in delivery.attempts.all()] == [503, 500, 204]
    assert len({row.body for row in receiver.posted}) == 1
    assert Webhook.objects.get().failures == 0


def test_after_eight_attempts_it_is_given_up(webhook, receiver):
    receiver.answers += [500] * 9
    happen()
    for _ in range(10):
        work()
        wait(60_000)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts.count(), delivery.next_attempt_at) == ("failed", 8, None)
    assert Webhook.objects.get().active


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (302, 302, ""),
        (404, 404, ""),
        (lambda answering: answering.wfile.write(b"nonsense\r\n\r\n"), None, "127.0.0.1: BadStatusLine"),
        (lambda answering: answering.connection.close(), None, "127.0.0.1: "),
    ],
)
def test_whatever_is_no_yes_is_a_failure_with_its_reason(answer, status, error, webhook, receiver):
    receiver.answers.append(answer)
    happen()
    work()
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.status, attempt.error.startswith(error)) == (status, True)
    assert Delivery.objects.get().state == "pending"


def test_the_answer_is_kept_as_far_as_it_is_readable(webhook, receiver):
    def answer(answering) -> None:
        answering.send_response(400)
        answering.end_headers()
        answering.wfile.write(b"no such \x00 channel \xff" + b"x" * 5_000)

    receiver.answers.append(answer)
    happen()
    work()
    delivery_attempt = DeliveryAttempt.objects.get().answer
    assert delivery_attempt.startswith("no such \ufffd channel \ufffdxxx")
    assert len(delivery_attempt) == 1_000


def test_an_address_that_became_closed_is_asked_no_more(webhook, receiver, settings):
    settings.OUTBOUND_ALLOW = ()
    happen()
    work()
    assert "not a public address" in DeliveryAttempt.objects.get().error
    assert receiver.posted == []


def test_a_secret_of_another_key_is_reported(webhook, receiver, settings):
    settings.SECRET_KEY = "another key, that is long enough to be one"
    happen()
    work()
    assert "another SECRET_KEY" in DeliveryAttempt.objects.get().error


def test_a_line_for_slack_is_not_signed(actor, receiver):
    add_webhook(url=receiver.url, kind="slack", events=["*"], actor=actor("lead"))
    audit_feed.follow()
    receiver.posted.clear()
    happen(title="fare_amount drifted")
    work()
    posted = receiver.posted[-1]
    assert json.loads(posted.body)["text"] == "fare_amount drifted\nBy system."
    assert not [name for name in posted.headers if name.lower().startswith(("x-plumbline", "webhook-"))]


def test_a_mail_arrives(actor, settings):
    settings.MAIL_IS_SET = True
    add_webhook(url="ops@example.com", kind="email", events=["alert.*"], actor=actor("lead"))
    happen(title="fare_amount drifted")
    assert work() == 1
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["ops@example.com"], "[Plumbline] fare_amount drifted")
    assert "fare_amount drifted" in sent.body
    assert Delivery.objects.get().state == "delivered"


def test_a_mail_server_that_is_away_is_a_failure(actor, settings):
    settings.MAIL_IS_SET, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    add_webhook(url="ops@example.com", kind="email", events=["alert.*"], actor=actor("lead"))
    happen()
    work()
    assert "refused" in DeliveryAttempt.objects.get().error


def test_redelivery_sends_the_same_again_as_a_delivery_of_its_own(webhook, receiver, actor):
    happen()
    work()
    first = Delivery.objects.get()
    again = deliveries.redeliver(first, actor=actor("lead"))
    assert work() == 1
    assert receiver.posted[0].body == receiver.posted[1].body
    assert receiver.posted[1].headers["X-Plumbline-Delivery"] == str(again.pk)
    assert is_from_plumbline(webhook[1], receiver.posted[1].headers, receiver.posted[1].body)
    assert (again.redelivery_of, again.requested_by) == (first, "lead")
    assert AuditEvent.objects.first().action == "webhook.redelivered"
    with pytest.raises(NotAllowed):
        deliveries.redeliver(first, actor=actor("approver"))


def test_a_test_says_that_it_is_one(webhook, receiver, actor):
    deliveries.send_test(webhook[0], actor=actor("lead"))
    work()
    body = json.loads(receiver.posted[0].body)
    assert (body["event"], body["sequence"], body["actor"]) == ("webhook.tested", None, "lead")
    with pytest.raises(NotAllowed):
        deliveries.send_test(webhook[0], actor=actor("viewer"))
    change_webhook(webhook[0], active=False, actor=actor("lead"))
    with pytest.raises(Refused, match="switched off"):
        deliveries.send_test(webhook[0], actor=actor("lead"))


def fail_for_long(webhook: Webhook, receiver) -> None:
    receiver.answers += [500] * 20
    for number in range(19):
        happen(subject=f"alert:{number}")
    assert work() == 19
    assert Webhook.objects.get(pk=webhook.pk).active
    wait(3_600)
    happen(subject="alert:19")
    Delivery.objects.filter(attempt_count=1).update(next_attempt_at=timezone.now() + timezone.timedelta(days=1))
    assert work() == 1


def test_a_webhook_that_fails_for_long_is_switched_off_and_its_owner_notified(
    webhook, receiver, people, settings, django_capture_on_commit_callbacks, monkeypatch
):
    settings.MAIL_IS_SET = True
    people["lead"].email = "lead@example.com"
    people["lead"].save()
    rows = []
    monkeypatch.setattr("platform_site.work.app.send_task", lambda task, args, **_: rows.append((task, *args)))
    with django_capture_on_commit_callbacks(execute=True):
        fail_for_long(webhook[0], receiver)
    hook = Webhook.objects.get()
    assert not hook.active
    assert hook.switched_off_because.startswith("20 attempts in a row have failed since ")
    assert hook.switched_off_because.endswith("The last error: status 500")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}
    event = AuditEvent.objects.first()
    assert (event.action, event.actor, event.content["owner"]) == ("webhook.switched_off", SYSTEM.name, "lead")
    assert rows[-1] == ("webhooks.tell_owner", hook.pk)
    deliveries.tell_owner(hook.pk)
    (outbox,) = mail.outbox
    assert outbox.to == ["lead@example.com"]
    assert "20 attempts in a row have failed" in outbox.body


def test_whoever_lost_the_claim_writes_nothing(webhook, receiver):
    happen()
    audit_feed.follow()
    delivery = Delivery.objects.get()
    claim = background.claim(DELIVERIES, delivery.pk)
    assert background.claim(DELIVERIES, delivery.pk) is None
    delivery.refresh_from_db()
    assert deliveries.finish(claim._replace(token=uuid.uuid4()), delivery, deliveries.Outcome(True, 1, 200)) is False
    assert deliveries.finish(claim, delivery, deliveries.Outcome(True, 1, 200)) is True
    assert deliveries.finish(claim, delivery, deliveries.Outcome(True, 1, 200)) is False
    assert DeliveryAttempt.objects.count() == 1


def test_a_delivery_whose_worker_died_is_taken_again_and_given_up_in_the_end(webhook, receiver):
    happen()
    audit_feed.follow()
    pk = Delivery.objects.get().pk
    for _ in range(8):
        assert background.claim(DELIVERIES, pk)
        assert background.claim(DELIVERIES, pk) is None
        wait(60)
    assert background.claim(DELIVERIES, pk) is None
    deliveries.send_what_is_due()
    assert Delivery.objects.get().state == "failed"
    assert DeliveryAttempt.objects.get().error == deliveries.USED_UP.format(attempts=8)


def test_a_delivery_whose_worker_died_ends_when_its_webhook_is_switched_off_meanwhile(webhook, actor):
    happen()
    audit_feed.follow()
    pk = Delivery.objects.get().pk
    assert background.claim(DELIVERIES, pk)
    change_webhook(webhook[0], active=False, actor=actor("lead"))
    wait(60)
    assert background.claim(DELIVERIES, pk) is None
    assert deliveries.send_what_is_due() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts.get().number) == ("failed", 1)


def test_an_attempt_that_meets_an_unexpected_error_fails_with_a_sentence_and_is_tried_again(
    webhook, monkeypatch, caplog
):
    def fail(*_, **__):
        raise RuntimeError("secret")

    monkeypatch.setattr(deliveries, "post", fail)
    happen()
    assert work() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.lease_until) == ("pending", None)
    assert delivery.attempts.get().error == deliveries.CRASHED.format(pk=delivery.pk)
    assert "Traceback" in caplog.text


def test_each_of_two_that_meet_an_unexpected_error_is_ended_itself(webhook, monkeypatch, caplog):
    monkeypatch.setattr(deliveries, "_post", lambda delivery: 1 // 0)
    happen(subject="alert:1")
    happen(subject="alert:2")
    assert work() == 2
    attempts = DeliveryAttempt.objects.order_by("pk").values_list("delivery_id", "error")
    assert [*attempts] == [
        (delivery.pk, deliveries.CRASHED.format(pk=delivery.pk)) for delivery in Delivery.objects.order_by("pk")
    ]


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_waited_for_another_one_is_none(webhook, receiver):
    happen()
    audit_feed.follow()
    pk, held = Delivery.objects.get().pk, Event()

    def hold() -> bool:
        try:
            with transaction.atomic():
                claimed = background.claim(DELIVERIES, pk)
                held.set()
                time.sleep(0.5)  # the other one is waiting for this row by then
            return claimed is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(hold)
        assert held.wait(10)
        assert background.claim(DELIVERIES, pk) is None
        assert first.result()


@pytest.mark.django_db(transaction=True)
def test_workers_who_are_asked_at_once_send_once(webhook, receiver):
    happen()
    audit_feed.follow()
    pk = Delivery.objects.get().pk

    def deliver(_: int) -> bool:
        try:
            return deliveries.deliver(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(deliver, range(6))) == 1
    assert len(receiver.posted) == 1


def test_the_sweep_asks_for_what_is_due_and_not_for_all_at_once(webhook, monkeypatch):
    rows = []
    monkeypatch.setattr("platform_site.work.send", lambda task, pk, soon: rows.append(pk) or True)
    for number in range(60):
        happen(subject=f"alert:{number}")
    audit_feed.follow()
    assert deliveries.send_what_is_due() == 50
    assert deliveries.send_what_is_due() == 10
    assert deliveries.send_what_is_due() == 0
    assert len(set(rows)) == 60


def test_a_broker_that_is_away_is_asked_once(webhook, monkeypatch):
    rows = []
    monkeypatch.setattr("platform_site.work.send", lambda task, pk, soon: rows.append(pk))
    happen()
    happen(subject="alert:4")
    audit_feed.follow()
    assert deliveries.send_what_is_due() == 0
    assert len(rows) == 1
