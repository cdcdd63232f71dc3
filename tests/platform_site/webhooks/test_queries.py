"""Webhooks and deliveries as a lead reads them, and which webhook wants an event."""

from __future__ import annotations

import pytest

from platform_site.errors import NotAllowed, Unknown
from platform_site.outbound.sealing import CannotUnseal
from platform_site.webhooks import queries
from platform_site.webhooks.actions.targets import add_webhook
from platform_site.webhooks.messages import Event
from platform_site.webhooks.models import Delivery, Webhook
from tests.platform_site.webhooks.conftest import happen, work

pytestmark = pytest.mark.django_db


def test_each_webhook_has_its_own_counts_of_waiting_and_failed(webhook, actor, receiver):
    other, _ = add_webhook(url=receiver.url, events=["token.*"], actor=actor("lead"))
    for number in range(3):
        happen(subject=f"alert:{number}")
    receiver.answers += [500, 204, 500]
    work()
    waiting = Delivery.objects.filter(state="pending").first()
    Delivery.objects.filter(pk=waiting.pk).update(state="failed", next_attempt_at=None, finished_at=waiting.created_at)
    counts = [(row, row.waiting, row.failed) for row in queries.webhooks(actor("admin"))]
    assert counts == [(other, 0, 0), (webhook[0], 1, 1)]


def test_a_delivery_of_another_webhook_is_unknown(webhook, actor, receiver):
    other, _ = add_webhook(url=receiver.url, events=["token.*"], actor=actor("lead"))
    happen()
    work()
    delivery = Delivery.objects.get()
    assert queries.delivery(webhook[0], delivery.pk) == delivery
    with pytest.raises(Unknown, match=f"no delivery {delivery.pk}"):
        queries.delivery(other, delivery.pk)
    with pytest.raises(Unknown, match="no webhook 0"):
        queries.webhook(0, actor("lead"))


@pytest.mark.parametrize("who", ["viewer", "contributor", "approver", "stranger"])
def test_others_read_none_even_where_there_is_none(who, actor):
    with pytest.raises(NotAllowed):
        queries.webhook(0, actor(who))


def test_a_secret_is_read_with_the_key_that_sealed_it(webhook, settings):
    assert queries.secret_of(webhook[0]) == webhook[1]
    settings.SECRET_KEY = "another key, that is long enough to be one"
    with pytest.raises(CannotUnseal):
        queries.secret_of(webhook[0])


@pytest.mark.parametrize(("sequence", "wanted"), [(6, False), (7, False), (8, True), (None, False)])
def test_a_webhook_wants_events_after_it_was_added(sequence, wanted):
    webhook = Webhook(events=["alert.*"], from_sequence=7)
    event = Event("alert.opened", sequence, "", "system", "alert:3", {})
    assert queries.subscribers_of(event, [webhook]) == ([(webhook, "alert.opened")] if wanted else [])


def test_a_blocked_gate_is_sent_under_its_own_name_whatever_pattern_wants_it():
    webhooks = [Webhook(pk=pk, events=[name], from_sequence=0) for pk, name in enumerate(["gate.decided", "*", "x.y"])]
    event = Event("gate.decided", 1, "", "system", "model_version:eta/v1", {"decision": "BLOCKED"})
    assert queries.subscribers_of(event, webhooks) == [(webhook, "gate.blocked") for webhook in webhooks[:2]]


def test_a_link_needs_an_origin_and_quotes_the_subject(settings):
    settings.PUBLIC_ORIGIN = ""
    assert queries.link_to("alert:3") == ""
    settings.PUBLIC_ORIGIN = "https://plumbline.example"
    assert queries.link_to("model:a&b") == "https://plumbline.example/audit/?subject=model%3Aa%26b"
