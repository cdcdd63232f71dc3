"""An event as a line, and the message that it carries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from platform_site.webhooks.rules.messages import Event, sentence, shortened, whole_message

EVENT = Event("alert.opened", 7, "2026-03-01T12:00:00+00:00", "system", "alert:3", {"title": "drift in <b> & co"})


def test_a_line_has_what_to_what_by_whom_and_why():
    assert sentence(EVENT) == "alert opened: alert:3, by system. drift in <b> & co"
    assert sentence(EVENT._replace(payload=None)) == "alert opened: alert:3, by system."
    assert len(sentence(EVENT._replace(payload={"title": "x" * 1_000}))) < 400


def test_a_message_is_what_the_payload_has_or_nothing():
    assert whole_message(EVENT) == whole_message(EVENT._replace(payload=None)) == ""
    assert whole_message(EVENT._replace(payload={"message": " BLOCKED\n"})) == "BLOCKED"


@given(st.text(max_size=3_000).filter(str.strip), st.integers(min_value=1, max_value=100))
def test_a_shortened_message_is_never_much_longer_than_allowed(message, longest):
    assert len(shortened(message, longest)) <= longest + 30
