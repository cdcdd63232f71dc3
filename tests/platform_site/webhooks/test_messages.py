"""What is sent of an event, and how it is signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from platform_site.webhooks.messages import Event, as_json, as_mail, as_slack, shortened

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT = Event("alert.opened", 7, "2026-03-01T12:00:00+00:00", "system", "alert:3", {"title": "drift in <b> & co"})


def test_json_tells_the_whole_event():
    assert json.loads(as_json(EVENT)) == {
        "event": "alert.opened",
        "sequence": 7,
        "at": "2026-03-01T12:00:00+00:00",
        "actor": "system",
        "subject": "alert:3",
        "payload": {"title": "drift in <b> & co"},
        "link": "",
    }


def test_slack_gets_a_line_in_which_nothing_calls_or_links():
    body = json.loads(as_slack(EVENT._replace(payload={"title": "<!channel> <https://evil.example|look>"})))
    assert body == {"text": "alert opened: alert:3, by system. &lt;!channel&gt; &lt;https://evil.example|look&gt;"}
    linked = json.loads(as_slack(EVENT._replace(link="https://plumbline.example/audit/")))
    assert linked["text"].endswith("drift in &lt;b&gt; &amp; co <https://plumbline.example/audit/|Open>")


@given(st.text(max_size=500), st.text(max_size=100))
def test_a_mail_has_one_line_as_its_subject(title, subject):
    mail = json.loads(as_mail(EVENT._replace(payload={"title": title}, subject=subject)))
    assert len(mail["subject"].splitlines()) == 1
    assert len(mail["subject"]) <= 150


GATE = EVENT._replace(
    name="gate.blocked",
    actor="cora",
    subject="model_version:demand/v1",
    payload={
        "decision": "BLOCKED",
        "message": "BLOCKED, 1 conflict blocks: demand v1\n/registry/models/demand/v1/\n\n"
        "Blocks: orders_3d: The definition changed since training: logic.\n  changed       by cora: <fix>\n"
        "  approval      ann can approve an override\n\nWays out:\n  pin           Pin it.\n",
    },
)


def test_a_gate_says_the_same_in_slack_and_mail_as_everywhere():
    message = GATE.payload["message"].strip()
    text = json.loads(as_slack(GATE._replace(link="https://plumbline.example/audit/")))["text"]
    shown = message.replace("<fix>", "&lt;fix&gt;")
    assert text == f"{shown}\nBy cora. <https://plumbline.example/audit/|Open>"
    mail = json.loads(as_mail(GATE))
    assert mail["subject"] == "[Plumbline] BLOCKED, 1 conflict blocks: demand v1"
    assert mail["text"].startswith(message)


def test_a_message_that_is_too_long_for_the_channel_is_cut_between_lines_and_says_so():
    lines = [
        "BLOCKED, 500 conflicts block: demand v1",
        *(f"Blocks: feature_{number}: It changed." for number in range(500)),
    ]
    event = GATE._replace(payload={"message": "\n".join(lines)})
    text = json.loads(as_slack(event))["text"]
    *shown, left, by = text.split("\n")
    assert shown == lines[: len(shown)]
    assert (left, by) == (f"… and {501 - len(shown)} more lines.", "By cora.")
    assert 2_900 < len(text) < 3_050
    assert lines[-1] in json.loads(as_mail(event))["text"]


@given(st.text(max_size=3_000).filter(str.strip), st.integers(min_value=1, max_value=100))
def test_a_shortened_message_is_never_much_longer_than_allowed(message, longest):
    assert len(shortened(message, longest)) <= longest + 30
