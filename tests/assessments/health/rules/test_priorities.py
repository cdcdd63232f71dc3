"""The priority of a capability that goes back from implemented."""

from __future__ import annotations

import pytest

from assessments.health.rules.priorities import Current, is_chosen_before, priority_after

DONE, OPEN = Current("implemented", "low", False), Current("missing", "high", False)


@pytest.mark.parametrize(
    ("current", "stated", "after", "why"),
    [
        (DONE, {"status": "partial"}, ("critical", False), "nobody chose low for the gap"),
        (DONE, {"status": "missing"}, ("critical", False), "all the way back"),
        (DONE, {"status": "implemented"}, ("low", False), "it did not go back"),
        (DONE, {"notes": "Since May."}, ("low", False), "nothing was stated of either"),
        (DONE, {"status": "partial", "priority": "low"}, ("low", True), "chosen in the same statement"),
        (DONE._replace(priority_chosen=True), {"status": "partial"}, ("low", True), "chosen before"),
        (DONE, {"priority": "medium"}, ("medium", True), "chosen by itself, while it is implemented"),
        (OPEN, {"status": "implemented", "priority": "low"}, ("low", False), "says nothing about a later gap"),
        (OPEN, {"status": "implemented"}, ("high", False), "forward changes nothing"),
        (OPEN, {"status": "partial"}, ("high", False), "half-way changes nothing"),
    ],
)
def test_the_priority_after_a_statement(current, stated, after, why):
    assert priority_after(current, stated, default="critical") == after, why


@pytest.mark.parametrize(
    ("current", "chosen"),
    [
        (OPEN, True),
        (OPEN._replace(priority="critical"), False),
        (DONE, False),
        (DONE._replace(priority_chosen=True), True),
    ],
)
def test_what_an_earlier_assessment_says_of_a_gap_was_chosen(current, chosen):
    assert is_chosen_before(current, default="critical") is chosen
