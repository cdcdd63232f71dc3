"""Block Kit within Slack's limits, in which nothing calls or links but our own button."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings

from platform_site.webhooks.rules.formats.slack import as_slack
from tests.platform_site.webhooks.rules.formats.limits import SLACK, fits
from tests.platform_site.webhooks.rules.formats.notices import BLOCKED, OPENED, notices


def test_a_blocked_gate_as_people_read_it():
    content = fits(as_slack(BLOCKED), SLACK)
    kinds = [block["type"] for block in content["blocks"]]
    assert kinds == ["header", "section", "section", "section", "context", "actions"]
    header, facts, cause, ways, footer, actions = content["blocks"]
    assert header["text"]["text"].endswith("BLOCKED, 1 conflict blocks: demand v1")
    assert [field["text"] for field in facts["fields"]] == ["*Model*\ndemand", "*Version*\nv1"]
    assert "changed       by dana, 2026-11-29 12:00 UTC: &lt;fix&gt;" in cause["text"]["text"]
    assert ways["text"]["text"] == "*Ways out*\n• pin Pin it.\n• retrain Train a new model version."
    assert footer["elements"][0]["text"] == "gate.blocked, error, by cora, 2026-03-01 12:00 UTC"
    assert actions["elements"][0]["url"] == BLOCKED.link
    assert "Blocks: orders_3d" in content["text"]
    assert content["text"].endswith(f"By cora. <{BLOCKED.link}|Open>")


def test_without_a_public_address_there_is_no_button():
    content = fits(as_slack(OPENED), SLACK)
    assert [block["type"] for block in content["blocks"]] == ["header", "section", "context"]
    assert content["text"] == "Serving skew of v1\nModel: demand\nBy system."


def test_a_title_that_a_header_cannot_hold_stands_below_it_whole():
    content = fits(as_slack(BLOCKED._replace(title="t" * 300)), SLACK)
    assert content["blocks"][1]["text"]["text"] == "t" * 300


@settings(deadline=None, max_examples=60)
@given(notices())
def test_every_notice_is_within_the_limits_and_mentions_nobody(notice):
    body = as_slack(notice)
    content = fits(body, SLACK)
    marked = [block["text"]["text"] for block in content["blocks"] if block.get("text", {}).get("type") == "mrkdwn"]
    for text in marked:
        assert not re.search("[<>]", text)
    own = f"<{notice.link}|Open>" if notice.link else ""
    assert not re.search("[<>]", content["text"].removesuffix(own))
    assert len(json.dumps(content)) == len(body)
