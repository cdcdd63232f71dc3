"""Names of events, and the patterns that subscribe to them."""

from __future__ import annotations

import pytest

from platform_site.webhooks.events import MOST_PATTERNS, OFFERED, names_of, pattern_faults


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
def test_what_names_no_event_is_reported(pattern):
    (fault,) = pattern_faults([pattern])
    assert "is not an event" in fault


def test_a_subscription_names_something_and_not_everything_there_is():
    assert pattern_faults([]) == ["Name at least one event, such as alert.opened or alert.*."]
    assert len(pattern_faults(["alert.*"] * 41)) == 1
    assert pattern_faults(OFFERED) == []


def test_only_a_decision_of_a_gate_has_two_names():
    assert names_of("change_request.decided", {"decision": "BLOCKED"}) == ("change_request.decided",)


def test_a_name_is_forty_characters_long_at_most_and_a_list_too():
    longest = "a" * 40
    assert pattern_faults([f"{longest}.{longest}", f"{longest}.*", "*"]) == []
    assert len(pattern_faults([f"{longest}a.x", f"x.{longest}a"])) == 2
    assert pattern_faults(["alert.*"] * MOST_PATTERNS) == []
    (fault,) = pattern_faults(["alert.*"] * (MOST_PATTERNS + 1))
    assert "41 events" in fault
