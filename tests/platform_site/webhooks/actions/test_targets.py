"""A webhook is added, changed and removed by leads, on record, and its secrets are nowhere to be read."""

from __future__ import annotations

import pytest
from django.core import serializers

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.outbound.sealing import unseal
from platform_site.webhooks import queries
from platform_site.webhooks.actions.targets import add_webhook, change_webhook, remove_webhook, renew_secret
from platform_site.webhooks.models import Delivery, Webhook
from tests.platform_site.webhooks.conftest import happen, work

pytestmark = pytest.mark.django_db
GIVEN = "Xv7-a-secret-that-somebody-gave-at-length"
SLACK = "https://hooks.slack.example/services/T000/B000/token-in-the-path"


def add(actor, name="lead", **changed):
    values = {"url": "https://hooks.example/plumbline", "events": ["alert.*"], "actor": actor(name)}
    return add_webhook(**values | changed)


def test_a_secret_is_made_where_none_is_given(actor):
    (first, secret), (_, another) = add(actor), add(actor)
    assert len(secret) >= 32
    assert secret != another
    assert queries.secret_of(first) == secret
    assert (first.owner, first.active, first.shown_url) == ("lead", True, "https://hooks.example/plumbline")


def test_a_long_address_is_shown_up_to_three_hundred_characters(actor):
    webhook, _ = add(actor, url="https://hooks.example/" + "x" * 400)
    assert (len(webhook.shown_url), webhook.shown_url[:24]) == (300, "https://hooks.example/xx")


def test_no_secret_is_in_the_database_nor_in_the_log(actor, caplog):
    webhook, _ = add(actor, secret=GIVEN, url="https://hooks.example/x?token=canary-of-the-query")
    add(actor, kind="slack", url=SLACK)
    dump = serializers.serialize("json", [*Webhook.objects.all(), *AuditEvent.objects.all()])
    for canary in (GIVEN, "token-in-the-path", "canary-of-the-query"):
        assert canary not in dump + caplog.text + repr(webhook.__dict__)
    assert [row.shown_url for row in Webhook.objects.order_by("pk")] == [
        "https://hooks.example/x?…",
        "https://hooks.slack.example/…",
    ]
    assert unseal(Webhook.objects.get(kind="slack").sealed_url) == SLACK
    assert queries.secret_of(webhook) == GIVEN


FAULTS = [
    ({"url": "http://10.0.0.7/hook"}, "url", "not a public address"),
    ({"url": "http://[::ffff:169.254.169.254]/latest"}, "url", "not a public address"),
    ({"url": "http://2130706433/"}, "url", "unusual spelling of an IP address"),
    ({"url": "ftp://hooks.example/"}, "url", "begins with https://"),
    ({"url": ""}, "url", "begins with https://"),
    ({"events": []}, "events", "at least one event"),
    ({"events": ["alert"]}, "events", "alert is not an event"),
    ({"secret": "short"}, "secret", "32 to 200 ASCII characters"),
    ({"secret": "with a blank in it, and long enough to be one"}, "secret", "32 to 200 ASCII characters"),
    ({"kind": "slack", "secret": GIVEN}, "secret", "slack has no secret"),
    ({"kind": "email", "url": "ops@example.com"}, "kind", "can set EMAIL_URL"),
]


@pytest.mark.parametrize(("changed", "field", "sentence"), FAULTS)
def test_what_makes_no_webhook_is_reported_at_its_field(changed, field, sentence, actor):
    with pytest.raises(Invalid) as refused:
        add(actor, **changed)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert sentence in refused.value.faults[0].message
    assert not Webhook.objects.exists()


def test_every_fault_is_reported_at_once(actor):
    with pytest.raises(Invalid) as refused:
        add(actor, url="x", events=["x"], secret="x")
    assert [fault.field for fault in refused.value.faults] == ["url", "events", "secret"]


@pytest.mark.parametrize(
    "address", ["ops", "ops@example.com, other@example.com", "ops@example.com\nBcc: x@example.com"]
)
def test_a_mail_goes_to_one_address(address, actor, settings):
    settings.MAIL_IS_SET = True
    with pytest.raises(Invalid, match="not an e-mail address"):
        add(actor, kind="email", url=address)
    assert add(actor, kind="email", url="mailto:ops@example.com")[0].shown_url == "ops@example.com"


@pytest.mark.parametrize("name", ["viewer", "contributor", "approver"])
def test_only_leads_and_administrators_may(name, actor):
    webhook, _ = add(actor, "admin")
    for attempt in (
        lambda: add(actor, name),
        lambda: change_webhook(webhook, active=False, actor=actor(name)),
        lambda: renew_secret(webhook, actor=actor(name)),
        lambda: remove_webhook(webhook, actor=actor(name)),
        lambda: queries.webhooks(actor(name)),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_change_is_on_record_and_none_is_not(actor):
    webhook, _ = add(actor)
    change_webhook(webhook, events=["gate.blocked"], description=" #ml ", actor=actor("admin"))
    change_webhook(webhook, active=True, actor=actor("admin"))
    webhook.refresh_from_db()
    assert (webhook.events, webhook.description) == (["gate.blocked"], "#ml")
    result = AuditEvent.objects.filter(subject=f"webhook:{webhook.pk}").order_by("sequence")
    assert [(row.action, row.actor) for row in result] == [("webhook.added", "lead"), ("webhook.changed", "admin")]
    with pytest.raises(Invalid):
        change_webhook(webhook, events=["x"], actor=actor("lead"))


def test_what_waits_for_a_webhook_that_is_switched_off_is_not_sent(actor, webhook, receiver):
    hook, _ = webhook
    receiver.answers.append(500)
    happen()
    assert work() == 1
    change_webhook(hook, active=False, actor=actor("lead"))
    assert Delivery.objects.get().state == "failed"
    happen()
    assert work() == 0
    assert change_webhook(hook, active=True, actor=actor("lead")).failures == 0
    happen(subject="alert:4")
    assert work() == 1
    assert len(receiver.posted) == 2


def test_a_new_secret_signs_from_now_on(actor):
    webhook, secret = add(actor)
    renewed = renew_secret(webhook, actor=actor("lead"))
    assert renewed != secret
    assert queries.secret_of(Webhook.objects.get()) == renewed
    slack, _ = add(actor, kind="slack", url=SLACK)
    with pytest.raises(Refused, match="only signed JSON"):
        renew_secret(slack, actor=actor("lead"))


def test_a_webhook_that_is_removed_takes_its_deliveries_along(actor, webhook):
    happen()
    work()
    remove_webhook(webhook[0], actor=actor("lead"))
    assert not Delivery.objects.exists()
    assert AuditEvent.objects.filter(action="webhook.removed").count() == 1
