"""Standard Webhooks' own library over what a worker posted to a receiver."""

from __future__ import annotations

import json

import pytest

from platform_site.webhooks.actions.targets import add_webhook
from platform_site.webhooks.signatures import signed_headers
from tests.neighbours.environments import environment, run
from tests.platform_site.webhooks.conftest import happen, receiver, work

__all__ = ["receiver"]
pytestmark = [pytest.mark.slow, pytest.mark.neighbours]
RAW = "a-secret-of-thirty-four-characters"  # as secrets were before whsec_
JUDGE = """
import json, sys
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
for case in json.load(open(sys.argv[1])):
    secret = case["secret"] if case["secret"].startswith("whsec_") else case["secret"].encode()
    try:
        body = Webhook(secret).verify(case["body"], case["headers"])
        print(body["event"])
    except WebhookVerificationError as fault:
        print(f"refused: {fault}")
"""


@pytest.mark.django_db
def test_the_library_takes_our_deliveries_and_refuses_changed_ones(actor, receiver, tmp_path):
    folder = environment("standardwebhooks")
    _, new = add_webhook(url=receiver.url, events=["alert.*"], actor=actor("lead"))
    add_webhook(url=receiver.url, events=["alert.*"], secret=RAW, actor=actor("lead"))
    happen(title="fare_amount drifted")
    assert work() == 2
    posted = [(row.body.decode(), row.headers) for row in receiver.posted]
    stale = signed_headers(new, delivery=1, event="alert.opened", timestamp=1_772_366_400, body=b"{}")
    (first, headers), (second, others) = posted
    cases = [
        {"secret": new, "body": first, "headers": headers},
        {"secret": RAW, "body": second, "headers": others},
        {"secret": new, "body": first + " ", "headers": headers},
        {"secret": new, "body": second, "headers": others},
        {"secret": new, "body": first, "headers": headers | {"webhook-id": "delivery_0"}},
        {"secret": new, "body": "{}", "headers": stale},
    ]
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    lines = run([folder / "python", "-c", JUDGE, tmp_path / "cases.json"], tmp_path).splitlines()
    assert lines[:2] == ["alert.opened", "alert.opened"]
    assert lines[2:5] == ["refused: No matching signature found"] * 3
    assert lines[5] == "refused: Message timestamp too old"
