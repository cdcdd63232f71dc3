"""Pagers are sent the life of an incident in order, by one key, to its end; a real receiver on this machine stands for them."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from platform_site.errors import Refused
from platform_site.webhooks.actions import audit_feed, deliveries
from platform_site.webhooks.actions.deliveries import redeliver, send_test
from platform_site.webhooks.actions.targets import add_webhook, change_webhook
from platform_site.webhooks.models import Delivery
from tests.platform_site.webhooks.conftest import happen, wait, work
from tests.platform_site.webhooks.rules.formats.limits import OPSGENIE_CREATE, OPSGENIE_ENDING, PAGERDUTY, fits

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
KEY = "R0UTINGKEY" + "0" * 22
BLOCKED = {"gate": "deployment", "decision": "BLOCKED", "message": "BLOCKED, 1 reason blocks: eta v1"}


@pytest.fixture
def pager(actor, receiver):
    """A PagerDuty service that takes everything."""
    return pagerduty(actor, receiver)


def pagerduty(actor, receiver, **changed):
    values = {"url": receiver.url, "kind": "pagerduty", "secret": KEY, "events": ["alert.*", "gate.blocked"]}
    webhook, shown = add_webhook(**values | changed, actor=actor("lead"))
    assert shown == ""
    return webhook


def sent(receiver) -> list[tuple[str, str]]:
    """What arrived: the step and the key, each within PagerDuty's limits and with the routing key."""
    contents = [fits(row.body.decode(), PAGERDUTY) for row in receiver.posted]
    assert {content["routing_key"] for content in contents} <= {KEY}
    return [(content["event_action"], content["dedup_key"]) for content in contents]


def test_an_alert_opens_acknowledges_and_resolves_one_incident(pager, receiver, settings):
    settings.PUBLIC_ORIGIN = "https://plumbline.example"
    for verb in ("opened", "updated", "acknowledged", "reopened", "resolved"):
        happen(f"alert.{verb}", title="Serving skew of v1", blocking=True)
    while work():
        pass
    key = "https://plumbline.example/alert:3"
    assert sent(receiver) == [(step, key) for step in ("trigger", "trigger", "acknowledge", "trigger", "resolve")]
    first = json.loads(receiver.posted[0].body)["payload"]
    assert (first["summary"], first["severity"], first["source"]) == (
        "Serving skew of v1",
        "critical",
        "https://plumbline.example",
    )
    assert KEY not in "".join(Delivery.objects.values_list("body", flat=True))


def test_the_end_does_not_overtake_a_beginning_that_failed(pager, receiver):
    receiver.answers += [503, 503]
    happen("alert.opened", title="skew")
    happen("alert.resolved", title="skew")
    happen("alert.opened", "alert:4", title="other")
    assert work() == 2  # the two beginnings
    assert [step for step, _ in sent(receiver)] == ["trigger", "trigger"]
    receiver.posted.clear()
    assert work() == 0
    wait(31)
    assert work() == 3
    assert sorted(sent(receiver)) == [
        ("resolve", "plumbline/alert:3"), ("trigger", "plumbline/alert:3"), ("trigger", "plumbline/alert:4"),
    ]  # fmt: skip
    of_three = [step for step, key in sent(receiver) if key.endswith("alert:3")]
    assert of_three == ["trigger", "resolve"]


def test_a_beginning_that_is_given_up_lets_the_rest_pass(pager, receiver):
    receiver.answers += [500] * 8
    happen("alert.opened", title="skew")
    happen("alert.resolved", title="skew")
    for _ in range(10):
        work()
        wait(60_000)
    assert [row.state for row in Delivery.objects.order_by("pk")] == ["failed", "delivered"]


def test_a_worker_that_died_after_it_sent_sends_the_same_key_again_before_the_end(pager, receiver):
    happen("alert.opened", title="skew")
    happen("alert.resolved", title="skew")
    audit_feed.follow()
    first, second = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(
        state="sending", attempt_count=1, token="0" * 32, lease_until=first.created_at, next_attempt_at=None
    )
    assert not deliveries.deliver(second.pk)
    assert deliveries.deliver(first.pk)
    assert deliveries.deliver(second.pk)
    assert [step for step, _ in sent(receiver)] == ["trigger", "resolve"]


def test_what_ends_is_sent_only_where_it_began(actor, receiver):
    pagerduty(actor, receiver, severity="critical")
    happen("alert.opened", title="drift", blocking=False)
    happen("alert.acknowledged", title="drift", blocking=False)
    happen("alert.resolved", title="drift", blocking=False)
    assert work() == 0
    happen("alert.opened", "alert:4", title="skew", blocking=True)
    happen("alert.updated", "alert:4", title="skew", blocking=False)
    happen("alert.resolved", "alert:4", title="skew", blocking=False)
    while work():
        pass
    assert [step for step, _ in sent(receiver)] == ["trigger", "trigger", "resolve"]


def test_a_gate_that_proceeds_resolves_what_the_blocked_one_opened(pager, receiver):
    happen("gate.decided", "model_version:eta/v1", **BLOCKED | {"decision": "PROCEED"})
    happen("gate.decided", "model_version:eta/v1", **BLOCKED)
    happen("gate.decided", "model_version:eta/v1", **BLOCKED | {"decision": "PROCEED"})
    happen("gate.decided", "model_version:eta/v1", **BLOCKED | {"decision": "PROCEED"})
    while work():
        pass
    key = "plumbline/gate:deployment:model_version:eta/v1"
    assert sent(receiver) == [("trigger", key), ("resolve", key)]


def test_a_chat_hears_that_a_blocked_gate_proceeds(actor, receiver):
    add_webhook(url=receiver.url, kind="slack", events=["gate.blocked"], actor=actor("lead"))
    happen("gate.decided", "model_version:eta/v1", **BLOCKED)
    happen("gate.decided", "model_version:eta/v1", **BLOCKED | {"decision": "PROCEED", "message": "PROCEED: eta v1"})
    happen("gate.decided", "model_version:eta/v1", **BLOCKED | {"decision": "PROCEED", "message": "PROCEED: eta v1"})
    while work():
        pass
    texts = [json.loads(row.body)["text"] for row in receiver.posted]
    assert [text.split("\n")[0] for text in texts] == ["BLOCKED, 1 reason blocks: eta v1", "PROCEED: eta v1"]


def test_opsgenie_closes_by_the_alias_that_it_opened(actor, receiver):
    base = receiver.url.removesuffix("/hook") + "/v2/alerts"
    add_webhook(url=base, kind="opsgenie", secret=KEY, events=["alert.*"], actor=actor("lead"))
    for verb in ("opened", "acknowledged", "resolved"):
        happen(f"alert.{verb}", title="skew", blocking=True)
    while work():
        pass
    opened, acknowledged, closed = receiver.posted
    alias = fits(opened.body.decode(), OPSGENIE_CREATE)["alias"]
    assert (opened.path, alias) == ("/v2/alerts", "plumbline/alert:3")
    for row, word in ((acknowledged, "acknowledge"), (closed, "close")):
        fits(row.body.decode(), OPSGENIE_ENDING)
        assert unquote(row.path) == f"/v2/alerts/{alias}/{word}?identifierType=alias"
    assert {row.headers["Authorization"] for row in receiver.posted} == {f"GenieKey {KEY}"}


def test_a_test_opens_an_incident_and_resolves_it(pager, receiver, actor):
    send_test(pager, actor=actor("lead"))
    while work():
        pass
    assert sent(receiver) == [(step, f"plumbline/test:webhook:{pager.pk}") for step in ("trigger", "resolve")]


def test_what_has_ended_is_not_opened_again_by_hand(pager, receiver, actor):
    happen("alert.opened", title="skew")
    happen("alert.resolved", title="skew")
    while work():
        pass
    opened, resolved = Delivery.objects.order_by("pk")
    with pytest.raises(Refused, match="would open what has ended"):
        redeliver(opened, actor=actor("lead"))
    again = redeliver(resolved, actor=actor("lead"))
    assert (again.incident, again.step, work()) == ("alert:3", "resolve", 1)


def test_a_pager_that_is_switched_off_gets_nothing_of_what_waited(pager, receiver, actor):
    happen("alert.opened", title="skew")
    audit_feed.follow()
    change_webhook(pager, active=False, actor=actor("lead"))
    assert (work(), receiver.posted) == (0, [])
