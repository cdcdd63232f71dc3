"""What the database refuses of webhooks, deliveries and attempts."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site.webhooks.models import Delivery, DeliveryAttempt, LogPosition, Webhook
from tests.platform_site.webhooks.conftest import happen, work

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = timezone.now()


@pytest.fixture
def delivery(webhook):
    happen()
    work()
    return Delivery.objects.get()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"active": False}, "webhook_has_a_moment_exactly_when_off"),
        ({"switched_off_at": NOW}, "webhook_has_a_moment_exactly_when_off"),
        ({"sealed_secret": ""}, "webhook_of_some_kinds_has_a_secret"),
        ({"kind": "slack"}, "webhook_of_some_kinds_has_a_secret"),
        ({"kind": "email"}, "webhook_of_some_kinds_has_a_secret"),
    ],
)
def test_a_webhook_is_on_or_off_since_a_moment_and_json_alone_has_a_secret(change, constraint, webhook):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Webhook.objects.update(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "sending", "finished_at": None}, "delivery_being_sent_has_token_and_lease"),
        ({"state": "sending", "finished_at": None, "token": uuid4()}, "delivery_being_sent_has_token_and_lease"),
        ({"state": "sending", "finished_at": None, "lease_until": NOW}, "delivery_being_sent_has_token_and_lease"),
        ({"state": "pending", "finished_at": None}, "delivery_that_waits_knows_until_when"),
        ({"state": "failed", "finished_at": None}, "delivery_is_finished_once_over"),
        ({"state": "pending", "next_attempt_at": NOW}, "delivery_is_finished_once_over"),
        ({"state": "lost"}, "delivery_is_finished_once_over"),
    ],
)
def test_a_state_has_the_times_that_belong_to_it(change, constraint, delivery):
    Delivery.objects.update(token=None, lease_until=None, next_attempt_at=None)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Delivery.objects.update(**change)


def test_an_event_is_delivered_once_unless_it_is_sent_again(delivery):
    first = {"webhook": delivery.webhook, "event": delivery.event, "body": "{}", "created_at": NOW}
    first |= {"sequence": delivery.sequence, "next_attempt_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(**first)
    for _ in range(2):
        Delivery.objects.create(**first, redelivery_of=delivery)
        Delivery.objects.create(**first | {"sequence": None})
    assert Delivery.objects.count() == 5


def test_an_attempt_has_its_number_once(delivery):
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryAttempt.objects.create(delivery=delivery, number=1, at=NOW, milliseconds=1)
    DeliveryAttempt.objects.create(delivery=delivery, number=2, at=NOW, milliseconds=1)


def test_the_position_in_the_log_is_one_row(webhook):
    with pytest.raises(IntegrityError), transaction.atomic():
        LogPosition.objects.create(id=2, sequence=1)
    assert str(LogPosition.objects.get()).endswith(str(LogPosition.objects.get().sequence))


def test_a_webhook_is_named_by_its_description_or_its_address():
    assert str(Webhook(shown_url="https://hooks.example/…")) == "https://hooks.example/…"
    assert str(Webhook(shown_url="https://hooks.example/…", description="#ml-alerts")) == "#ml-alerts"
    assert Webhook(pk=7).get_absolute_url() == "/webhooks/7/"
    assert str(Delivery(pk=9, event="alert.opened")) == "delivery 9 of alert.opened"
