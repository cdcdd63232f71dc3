"""Which events are wanted, what is sent of them, how it is signed, and when it is tried again."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.webhooks import retries
from platform_site.webhooks.events import OFFERED, names_of, pattern_faults, wants
from platform_site.webhooks.messages import Event, as_json, as_mail, as_slack, signed_headers
from platform_site.webhooks.verify import is_from_plumbline

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT = Event("alert.opened", 7, "2026-03-01T12:00:00+00:00", "system", "alert:3", {"title": "drift in <b> & co"})
SECRET = "a secret of thirty-two characters"


@pytest.mark.parametrize(
    ("patterns", "name", "wanted"),
    [
        (["alert.opened"], "alert.opened", True),
        (["alert.opened"], "alert.resolved", False),
        (["alert.*"], "alert.resolved", True),
        (["alert.*"], "alerting.resolved", False),
        (["*"], "change_request.waiting", True),
        (["gate.*", "change_request.decided"], "change_request.decided", True),
        ([], "alert.opened", False),
    ],
)
def test_a_subscription_wants_what_it_names(patterns, name, wanted):
    assert wants(patterns, names_of(name, {})) is wanted


@pytest.mark.parametrize(
    ("payload", "names"),
    [
        ({"decision": "BLOCKED"}, ("gate.decided", "gate.blocked")),
        ({"decision": "PROCEED"}, ("gate.decided",)),
        ({}, ("gate.decided",)),
        ("somebody tampered", ("gate.decided",)),
    ],
)
def test_a_gate_that_blocked_has_a_name_of_its_own(payload, names):
    assert names_of("gate.decided", payload) == names


@pytest.mark.parametrize(
    "pattern", ["alert", "alert.", ".opened", "alert.open*", "Alert.opened", "a.b.c", "**", "*\n", ""]
)
def test_what_names_no_event_is_told(pattern):
    (fault,) = pattern_faults([pattern])
    assert "is not an event" in fault


def test_a_subscription_names_something_and_not_everything_there_is():
    assert pattern_faults([]) == ["Name at least one event, such as alert.opened or alert.*."]
    assert len(pattern_faults(["alert.*"] * 41)) == 1
    assert pattern_faults(OFFERED) == []


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


def test_slack_is_told_a_line_in_which_nothing_calls_or_links():
    told = json.loads(as_slack(EVENT._replace(payload={"title": "<!channel> <https://evil.example|look>"})))
    assert told == {"text": "alert opened: alert:3, by system. &lt;!channel&gt; &lt;https://evil.example|look&gt;"}
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


@pytest.mark.parametrize(
    ("change", "body", "secret", "seconds_later", "genuine"),
    [
        ({}, b"{}", SECRET, 0, True),
        ({}, b"{}", SECRET, 299, True),
        ({}, b"{}", SECRET, 301, False),
        ({}, b"{ }", SECRET, 0, False),
        ({}, b"{}", SECRET + "x", 0, False),
        ({"X-Plumbline-Delivery": "13"}, b"{}", SECRET, 0, False),
        ({"X-Plumbline-Timestamp": "1772366401"}, b"{}", SECRET, 0, False),
        ({"X-Plumbline-Timestamp": "soon"}, b"{}", SECRET, 0, False),
        ({"X-Plumbline-Signature": "sha256="}, b"{}", SECRET, 0, False),
    ],
)
def test_the_lines_that_the_page_shows_tell_a_forgery(change, body, secret, seconds_later, genuine):
    headers = signed_headers(SECRET, delivery=12, event="alert.opened", timestamp=1_772_366_400, body=b"{}")
    assert is_from_plumbline(secret, headers | change, body, now=1_772_366_400 + seconds_later) is genuine


def test_it_is_tried_eight_times_over_a_day():
    half_a_minute = timedelta(seconds=30)
    waits = [retries.next_attempt(attempts, NOON, first=half_a_minute) - NOON for attempts in range(1, 8)]
    assert (waits[0], waits) == (half_a_minute, sorted(waits))
    assert timedelta(hours=23) < sum(waits, timedelta()) < timedelta(hours=24)
    assert retries.next_attempt(8, NOON, first=half_a_minute) is None


@pytest.mark.parametrize(
    ("failures", "minutes", "switched_off"),
    [(20, 60, True), (19, 600, False), (500, 59, False), (20, None, False)],
)
def test_a_webhook_is_given_up_for_many_failures_over_a_long_time(failures, minutes, switched_off):
    since = None if minutes is None else NOON - timedelta(minutes=minutes)
    assert retries.should_switch_off(failures, since, NOON) is switched_off
