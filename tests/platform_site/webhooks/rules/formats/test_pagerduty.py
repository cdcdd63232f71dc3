"""Events of PagerDuty's Events API v2: one incident by its key, and no secret in the stored body."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_site.webhooks.rules.formats.pagerduty import as_pagerduty, with_routing_key
from tests.platform_site.webhooks.rules.formats.limits import PAGERDUTY, PAGERDUTY_BYTES, fits
from tests.platform_site.webhooks.rules.formats.notices import BLOCKED, OPENED, notices

KEY, SOURCE = "https://plumbline.example/alert:3", "https://plumbline.example"


def test_what_opens_an_incident_says_everything():
    content = fits(as_pagerduty(BLOCKED, key=KEY, step="trigger", source=SOURCE), PAGERDUTY)
    assert (content["event_action"], content["dedup_key"]) == ("trigger", KEY)
    payload = content["payload"]
    assert (payload["summary"], payload["severity"]) == ("BLOCKED, 1 conflict blocks: demand v1", "error")
    assert (payload["source"], payload["component"], payload["class"]) == (SOURCE, "demand", "gate.blocked")
    assert "changed       by dana" in payload["custom_details"]["What happened"]
    assert payload["custom_details"]["Ways out"] == "pin Pin it.\nretrain Train a new model version."
    assert content["links"] == [{"href": BLOCKED.link, "text": "Open in Plumbline"}]


@pytest.mark.parametrize("step", ["acknowledge", "resolve"])
def test_what_ends_it_is_its_key_alone(step):
    content = fits(as_pagerduty(OPENED, key=KEY, step=step, source=SOURCE), PAGERDUTY)
    assert content == {"event_action": step, "dedup_key": KEY}


def test_the_routing_key_is_added_when_it_is_sent():
    body = as_pagerduty(OPENED, key=KEY, step="resolve", source=SOURCE)
    assert "routing_key" not in body
    sent = fits(with_routing_key(body, "R" * 32).decode(), PAGERDUTY)
    assert sent == json.loads(body) | {"routing_key": "R" * 32}


@settings(deadline=None, max_examples=60)
@given(notices(), st.sampled_from(["trigger", "acknowledge", "resolve"]), st.text("abc:/", min_size=1, max_size=400))
def test_every_notice_is_within_the_limits(notice, step, key):
    body = as_pagerduty(notice, key=key, step=step, source=SOURCE)
    fits(body, PAGERDUTY)
    assert len(body.encode()) < PAGERDUTY_BYTES
