"""Why something is advised, in one sentence."""

from __future__ import annotations

from assessments.organizations.rules.reason import Reason


def test_the_sentence_states_facts_and_never_the_rule():
    assert Reason("Buy.", ("two engineers", "nobody on call")).sentence == "Two engineers, nobody on call."
