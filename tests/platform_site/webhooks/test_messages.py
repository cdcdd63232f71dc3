"""What is sent of an event, and how it is signed."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from platform_site.webhooks.messages import Event, as_json, as_mail, as_slack, signed_headers

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT = Event("alert.opened", 7, "2026-03-01T12:00:00+00:00", "system", "alert:3", {"title": "drift in <b> & co"})
SECRET = "a secret of thirty-two characters"


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


def test_the_signature_is_the_hmac_of_number_time_and_body():
    headers = signed_headers(SECRET, delivery=12, event="alert.opened", timestamp=1_772_366_400, body=b"{}")
    due = hmac.new(SECRET.encode(), b"12.1772366400.{}", "sha256").hexdigest()
    assert headers == {
        "X-Plumbline-Delivery": "12",
        "X-Plumbline-Timestamp": "1772366400",
        "X-Plumbline-Event": "alert.opened",
        "X-Plumbline-Signature": f"sha256={due}",
    }
