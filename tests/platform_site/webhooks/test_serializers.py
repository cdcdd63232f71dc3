"""What the API accepts for a webhook, and what it returns of one."""

from __future__ import annotations

import pytest

from platform_site.webhooks import queries
from platform_site.webhooks.models import Delivery
from platform_site.webhooks.serializers import DeliveryOutput, WebhookChange, WebhookInput, WebhookOutput
from tests.platform_site.webhooks.conftest import happen, work

WEBHOOK = {"url": "https://hooks.example/plumbline", "events": ["alert.*"]}


def test_a_webhook_is_signed_json_with_a_random_secret_by_default():
    serializer = WebhookInput(data=WEBHOOK)
    assert serializer.is_valid()
    plain = {"kind": "json", "secret": "", "description": "", "severity": "info", "person": ""}
    assert serializer.validated_data == WEBHOOK | plain


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"severity": "loud"}, "severity", "invalid_choice"),
        ({"teams": ["x"] * 51}, "teams", "max_length"),
        ({"person": "x" * 151}, "person", "max_length"),
        ({"url": "x" * 2_001}, "url", "max_length"),
        ({"kind": "pigeon"}, "kind", "invalid_choice"),
        ({"events": None}, "events", "null"),
        ({"events": ["alert.*"] * 41}, "events", "max_length"),
        ({"secret": "x" * 201}, "secret", "max_length"),
        ({"description": "x" * 201}, "description", "max_length"),
        ({"owner": "lead"}, "owner", "unknown_field"),
    ],
)
def test_a_fault_has_its_field_and_code(changed, field, code):
    serializer = WebhookInput(data=WEBHOOK | changed)
    assert not serializer.is_valid()
    assert [(name, fault.code) for name, faults in serializer.errors.items() for fault in faults] == [(field, code)]


def test_the_longest_values_are_accepted():
    longest = {"url": "x" * 2_000, "events": ["alert.*"] * 40, "secret": "x" * 200, "description": "x" * 200}
    assert WebhookInput(data=WEBHOOK | longest).is_valid()


def test_a_change_holds_only_what_was_sent_and_no_address():
    serializer = WebhookChange(data={"description": ""})
    assert serializer.is_valid()
    assert serializer.validated_data == {"description": ""}
    serializer = WebhookChange(data={"url": "https://elsewhere.example", "kind": "slack"})
    assert not serializer.is_valid()
    assert serializer.errors.keys() == {"url", "kind"}


@pytest.mark.django_db
def test_neither_a_webhook_nor_a_delivery_shows_what_is_sealed(webhook, actor):
    happen()
    work()
    row = queries.webhook(webhook[0].pk, actor("lead"))
    content = WebhookOutput(row).data
    assert (content["owner"], content["waiting"], content["failed"], content["held_back"]) == ("lead", 0, 0, 0)
    assert (content["teams"], content["severity"], content["person"]) == ([], "info", "")
    assert not {webhook[1], row.sealed_url, row.sealed_secret} & set(map(str, content.values()))
    content = DeliveryOutput(Delivery.objects.get()).data
    assert [(attempt["number"], attempt["status"]) for attempt in content["attempts"]] == [(1, 204)]
    assert not {"token", "lease_until"} & content.keys()
