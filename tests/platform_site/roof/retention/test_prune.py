"""What is past its time goes in batches, each with an event that counts it; what is not stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from assessments.models import TicketModel
from platform_site.audit.models import AuditEvent
from platform_site.models import KeyedAnswer
from platform_site.people.models import SignInFailure
from platform_site.roof.retention import prune as module
from platform_site.roof.retention.prune import prune
from platform_site.webhooks.models import Delivery, DeliveryAttempt, Webhook
from registry.models import MlflowEvent

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def ago(days: float):
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def webhook():
    fields = {"kind": "slack", "from_sequence": 0, "events": ["*"], "owner": "lead", "created_at": ago(200)}
    return Webhook.objects.create(sealed_url="x", **fields)


def delivery(webhook, days: float | None, **others) -> Delivery:
    ended = {"next_attempt_at": ago(0)} if days is None else {"finished_at": ago(days), "state": "failed"}
    return Delivery.objects.create(webhook=webhook, event="pin.set", body="{}", created_at=ago(150), **ended | others)


def events() -> list[tuple[str, int]]:
    pruned = AuditEvent.objects.filter(action="retention.pruned").order_by("sequence")
    return [(event.subject, event.content["rows"]) for event in pruned]


def test_deliveries_go_with_their_attempts_and_those_sent_again_later_stay(webhook):
    old, young, waiting, again = (delivery(webhook, days, sequence=n) for n, days in enumerate([91, 89, None, 95]))
    delivery(webhook, 80, redelivery_of=again)
    DeliveryAttempt.objects.create(delivery=old, number=1, at=ago(91), milliseconds=3)
    assert prune() == {"webhook deliveries": 1}
    assert set(Delivery.objects.values_list("pk", flat=True)) == {young.pk, waiting.pk, again.pk, again.again.get().pk}
    assert not DeliveryAttempt.objects.exists()
    event = AuditEvent.objects.get(action="retention.pruned")
    assert (event.actor, event.subject) == ("system", "retention:webhook deliveries")
    assert (event.content["rows"], event.content["with_them"]) == (1, 1)
    assert prune() == {}


def test_each_batch_is_an_event(webhook, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 2)
    for number in range(5):
        delivery(webhook, 100, sequence=number)
    assert prune() == {"webhook deliveries": 5}
    assert events() == [("retention:webhook deliveries", rows) for rows in (2, 2, 1)]


def test_a_kind_that_fails_stops_no_other(webhook, people, monkeypatch, caplog):
    def broken(_):
        raise ValueError("this kind is broken")

    first, *others = module.RETENTIONS
    monkeypatch.setattr(module, "RETENTIONS", (first._replace(purge=broken), *others))
    delivery(webhook, 100)
    assert prune() == {"webhook deliveries": 1}
    assert "this kind is broken" in caplog.text


def rows_of_every_age(people) -> None:
    """Of each kind that prune deletes by itself, one that is too old and one that is not."""
    user = people["viewer"]
    for age in (2, 0.5):
        KeyedAnswer.objects.create(user=user, key=f"{age}", request_digest="0" * 64, created_at=ago(age))
    for age in (31, 29):
        SignInFailure.objects.create(user=user, name_digest="d", source="s", because="password", at=ago(age))
        MlflowEvent.objects.create(
            server="default", delivery_id=f"{age}", event={}, state="done", created_at=ago(age), finished_at=ago(age)
        )
    for number, days in enumerate((1, -1)):
        Session.objects.create(session_key=f"{number}", session_data="", expire_date=ago(days))


def test_what_goes_by_a_fixed_time(people):
    Session.objects.all().delete()
    rows_of_every_age(people)
    assert prune() == dict.fromkeys(
        ("events of MLflow", "sign-ins that failed", "ended sessions", "answers to keyed requests"), 1
    )
    assert [kind.objects.count() for kind in (MlflowEvent, SignInFailure, KeyedAnswer)] == [1, 1, 1]
    assert Session.objects.get().session_key == "1"


def test_the_newest_models_of_ticket_types_stay_whatever_their_age():
    fields = {
        "weights": b"",
        "trained_on": 1,
        "sample_tickets": 0,
        "own_tickets": 1,
        "own_right": 1,
        "own_rule_right": 1,
    }
    fields |= {"accuracy": 1.0, "rule_accuracy": 1.0, "by_type": {}, "in_use": False, "trained_at": ago(120)}
    TicketModel.objects.bulk_create([TicketModel(version=number, **fields) for number in range(1, 13)])
    assert prune() == {"models of ticket types": 2}
    assert min(TicketModel.objects.values_list("version", flat=True)) == 3
