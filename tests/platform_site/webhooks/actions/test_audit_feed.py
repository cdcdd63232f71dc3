"""Each event of the log becomes one delivery for each webhook that wants it."""

from __future__ import annotations

import json

import pytest

from platform_site.webhooks.actions import audit_feed
from platform_site.webhooks.actions.targets import add_webhook, change_webhook
from platform_site.webhooks.models import Delivery, LogPosition
from tests.platform_site.webhooks.conftest import happen, work

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_only_what_is_wanted_is_sent(webhook, receiver):
    happen("feature.added", "feature:x")
    happen("change_request.waiting", "change_request:1")
    assert work() == 0
    happen("alert.resolved")
    happen("alert.acknowledged")
    assert work() == 2
    assert [json.loads(row.body)["event"] for row in receiver.posted] == ["alert.resolved", "alert.acknowledged"]


def test_nouns_that_nobody_thought_of_are_sent_too(actor, receiver):
    add_webhook(url=receiver.url, events=["change_request.*", "gate.blocked"], actor=actor("lead"))
    happen("change_request.waiting", "change_request:1", summary="traffic 10 % to 50 %")
    happen("gate.decided", "model_version:eta/v1", decision="BLOCKED")
    happen("gate.decided", "model_version:eta/v1", decision="PROCEED")
    assert work() == 2
    assert [row.headers["X-Plumbline-Event"] for row in receiver.posted] == ["change_request.waiting", "gate.blocked"]


def test_what_happened_before_it_was_added_is_not_sent(webhook, actor, receiver):
    happen()
    add_webhook(url=receiver.url, events=["alert.*"], actor=actor("lead"))
    assert work() == 1


def test_the_log_is_followed_batch_by_batch_and_each_event_once(webhook, monkeypatch):
    monkeypatch.setattr(audit_feed, "BATCH", 3)
    for number in range(7):
        happen(subject=f"alert:{number}")
    assert audit_feed.follow() == 7
    assert audit_feed.follow() == 0
    assert [delivery.subject for delivery in Delivery.objects.order_by("pk")] == [
        f"alert:{number}" for number in range(7)
    ]


def test_following_asks_little_while_nothing_happens(webhook, django_assert_num_queries):
    audit_feed.follow()
    with django_assert_num_queries(3):
        audit_feed.follow()
    for number in range(20):
        happen(subject=f"alert:{number}")
    with django_assert_num_queries(
        12
    ):  # three to look, two for what is known of them, and seven with the begin and the end of the transaction
        audit_feed.follow()


def test_an_installation_without_webhooks_follows_nothing(db):
    happen()
    assert audit_feed.follow() == 0
    assert not LogPosition.objects.exists()


def test_one_event_is_delivered_to_each_that_wants_it_in_its_own_form(webhook, actor, receiver):
    slack, _ = add_webhook(url=receiver.url, kind="slack", events=["alert.opened"], actor=actor("lead"))
    add_webhook(url=receiver.url, events=["alert.resolved"], actor=actor("lead"))
    happen()
    assert audit_feed.follow() == 2
    bodies = {delivery.webhook: json.loads(delivery.body) for delivery in Delivery.objects.all()}
    assert bodies[webhook[0]]["event"] == "alert.opened"
    assert bodies[slack].keys() == {"text", "blocks"}


def test_what_happens_while_a_webhook_is_off_is_not_sent_later(webhook, actor):
    change_webhook(webhook[0], active=False, actor=actor("lead"))
    happen()
    assert audit_feed.follow() == 0
    change_webhook(webhook[0], active=True, actor=actor("lead"))
    assert audit_feed.follow() == 0
    happen()
    assert audit_feed.follow() == 1


@pytest.mark.parametrize(("count", "batches"), [(3, 2), (4, 2), (6, 3)])
def test_a_full_batch_is_followed_by_another_look(count, batches, webhook, monkeypatch):
    audit_feed.follow()
    monkeypatch.setattr(audit_feed, "BATCH", 3)
    for number in range(count):
        happen(subject=f"alert:{number}")
    sizes = []
    follow_a_batch = audit_feed._follow_a_batch
    monkeypatch.setattr(audit_feed, "_follow_a_batch", lambda: sizes.append(1) or follow_a_batch())
    assert (audit_feed.follow(), len(sizes)) == (count, batches)
