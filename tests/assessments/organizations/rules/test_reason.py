"""Why something is advised, in one sentence."""

from __future__ import annotations

from assessments.organizations.rules.reason import Reason


def test_a_rule_is_followed_by_the_figures_it_was_applied_to():
    assert Reason("Buy.", ("2 engineers", "nobody on call")).sentence == "Buy. Here: 2 engineers, nobody on call."


def test_without_figures_the_rule_stands_alone():
    assert Reason("Buy.").sentence == "Buy."
