"""Webhooks and deliveries as a lead reads them, and which webhook wants an event."""

from __future__ import annotations

import pytest

from platform_site.errors import NotAllowed, Unknown
from platform_site.outbound.sealing import CannotUnseal
from platform_site.webhooks import queries
from platform_site.webhooks.actions.targets import add_webhook
from platform_site.webhooks.models import Delivery, Webhook
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.signals import events_described
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


def test_quiet_hours_hold_for_the_destinations_of_a_person(webhook, people, actor, receiver):
    hooks = [add_webhook(url=receiver.url, events=["token.*"], actor=actor("lead"))[0] for _ in range(2)]
    Webhook.objects.filter(pk__in=[hook.pk for hook in hooks]).update(person=people["lead"])
    assert list(queries.list_of_person(people["lead"])) == hooks
    assert not queries.list_of_person(people["viewer"]).exists()


@pytest.mark.parametrize(("sequence", "wanted"), [(6, False), (7, False), (8, True), (None, False)])
def test_a_webhook_wants_events_after_it_was_added(sequence, wanted):
    webhook = Webhook(kind="json", events=["alert.*"], from_sequence=7)
    event = Event("alert.opened", sequence, "", "system", "alert:3", {})
    assert queries.is_subscribed(webhook, event) is wanted


BLOCKED = Event("gate.decided", 1, "", "system", "model_version:eta/v1", {"decision": "BLOCKED", "gate": "deployment"})
PROCEED = BLOCKED._replace(payload=BLOCKED.payload | {"decision": "PROCEED"})


@pytest.mark.parametrize(
    ("kind", "patterns", "event", "wanted"),
    [
        ("json", ["gate.decided"], BLOCKED, True),
        ("json", ["*"], BLOCKED, True),
        ("json", ["x.y"], BLOCKED, False),
        ("json", ["gate.blocked"], PROCEED, False),
        ("slack", ["gate.blocked"], PROCEED, True),
        ("pagerduty", ["gate.blocked"], PROCEED, True),
    ],
)
def test_who_asks_for_a_blocked_gate_hears_of_its_end_where_people_read(kind, patterns, event, wanted):
    webhook = Webhook(kind=kind, events=patterns, from_sequence=0)
    assert queries.is_subscribed(webhook, event) is wanted


def test_a_blocked_gate_is_sent_under_its_own_name():
    assert (queries.sent_name(BLOCKED), queries.sent_name(PROCEED)) == ("gate.blocked", "gate.decided")


OPENED = Event("alert.opened", 1, "", "system", "alert:3", {"blocking": True})
RESOLVED = OPENED._replace(name="alert.resolved")


@pytest.mark.parametrize(
    ("kind", "severity", "event", "last", "due"),
    [
        ("pagerduty", "info", OPENED, "", True),
        ("pagerduty", "info", RESOLVED, "", False),
        ("pagerduty", "info", RESOLVED, "trigger", True),
        ("pagerduty", "info", RESOLVED, "acknowledge", True),
        ("pagerduty", "info", RESOLVED, "resolve", False),
        ("pagerduty", "info", PROCEED, "", False),
        ("slack", "critical", RESOLVED._replace(payload={}), "trigger", True),
        ("slack", "critical", RESOLVED._replace(payload={}), "", False),
        ("slack", "info", PROCEED, "", False),
        ("slack", "info", PROCEED, "trigger", True),
    ],
)
def test_whoever_was_sent_the_beginning_is_sent_the_end(kind, severity, event, last, due):
    webhook = Webhook(kind=kind, events=["alert.*", "gate.blocked"], teams=[], severity=severity)
    worst = "critical" if event.payload.get("blocking") else "info"
    assert queries.is_due_to(webhook, event, worst, (), last) is due


def test_what_cannot_be_described_goes_to_every_team_rather_than_to_none(caplog):
    def fails(sender, events, **_):
        raise ValueError("no such table")

    events_described.connect(fails)
    try:
        assert queries.describe(OPENED._replace(subject="nobody:1")).teams == ("*",)
    finally:
        events_described.disconnect(fails)
    assert "could not describe 1 events" in caplog.text
    assert queries.describe(OPENED._replace(subject="nobody:1", payload=None)).teams == ()


def test_a_link_needs_an_origin_and_quotes_the_subject(settings):
    settings.PUBLIC_ORIGIN = ""
    assert queries.link_to("alert:3") == ""
    settings.PUBLIC_ORIGIN = "https://plumbline.example"
    assert queries.link_to("user:a&b") == "https://plumbline.example/audit/?subject=user%3Aa%26b"
    assert queries.link_to("alert:3") == "https://plumbline.example/registry/alerts/3/"
