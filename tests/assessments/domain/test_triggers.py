import pytest

from assessments.domain.triggers import Facts, State, evaluate
from tests.golden import load

CASES = load("triggers")["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_worked_cases(case):
    found = evaluate(Facts(**case["facts"]))
    states = {condition.id: str(condition.state) for condition in found.conditions}
    told = states | {"verdict": found.verdict, "most_urgent": found.most_urgent, "phase_1": found.phase_1}
    assert {name: told[name] for name in case["expect"]} == case["expect"]


def test_what_nobody_knows_is_asked_and_counts_for_nothing():
    found = evaluate(Facts())
    assert all(condition.state is State.UNKNOWN and condition.ask.endswith("?") for condition in found.conditions)
    assert (found.verdict, found.most_urgent) == ("not_yet", [])


def test_every_condition_says_because_of_what():
    for case in CASES:
        assert all(condition.because for condition in evaluate(Facts(**case["facts"])).conditions)
