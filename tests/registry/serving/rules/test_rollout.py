"""The steps of a rollout: what a plan must be, at its limits."""

from __future__ import annotations

import pytest

from registry.serving.rules import rollout
from registry.serving.rules.rollout import DEFAULT, LONGEST_HOLD, MOST_STEPS, plan_problem


@pytest.mark.parametrize(
    ("steps", "begins_at", "expected"),
    [
        ([], 0, "1 to 20 steps"), ([(5, 1), (5, 1)], 0, "more traffic than the one before"),
        ([(50, 0)], 50, "The version has 50%, the steps are 50%"), ([(101, 0)], 0, "more than 100"), ([(5, 10_081)], 0, "held for"),
        ([(n, 0) for n in range(1, 22)], 0, "1 to 20 steps"),
    ],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_says_why(steps, begins_at, expected):
    plan = [{"percent": percent, "hold_minutes": hold} for percent, hold in steps]
    assert expected in rollout.plan_problem(plan, begins_at=begins_at)


def test_a_plan_at_every_limit_is_accepted():
    longest = [{"percent": percent, "hold_minutes": LONGEST_HOLD} for percent in range(81, 81 + MOST_STEPS)]
    assert plan_problem(longest, begins_at=80) is None
    assert plan_problem([{"percent": 1, "hold_minutes": 0}], begins_at=0) is None


def test_the_default_plan_is_one_and_ends_with_all_traffic():
    assert plan_problem(DEFAULT, begins_at=0) is None
    assert DEFAULT[-1]["percent"] == 100
    assert plan_problem(DEFAULT, begins_at=5) is not None, "the version has the traffic of the first step already"
