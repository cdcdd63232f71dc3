import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.organizations.rules.facts import CADENCES
from assessments.strategy.rules.triggers import Facts, State, evaluate
from tests.golden import load

CASES = load("triggers")["cases"]
ORDER = ["scale", "retraining", "incidents", "duplication", "compliance"]


def states(facts: Facts) -> dict[str, str]:
    return {condition.id: str(condition.state) for condition in evaluate(facts).conditions}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_worked_cases(case):
    facts = Facts(**case["facts"])
    result = evaluate(facts)
    values = states(facts) | {"verdict": result.verdict, "most_urgent": result.most_urgent, "phase_1": result.phase_1}
    assert {name: values[name] for name in case["expect"]} == case["expect"]


CONDITIONS = [
    ("scale", {"production_models": 3}, "met", "3 models are enough, whoever ships them"),
    ("scale", {"shipping_teams": 2}, "met", "2 teams are enough, whatever they ship"),
    ("scale", {"production_models": 2, "shipping_teams": 1}, "not_met", "both known, both below"),
    ("scale", {"production_models": 2}, "unknown", "the teams could still be two"),
    ("scale", {"shipping_teams": 1}, "unknown", "the models could still be three"),
    ("scale", {"production_models": 0, "shipping_teams": 0}, "not_met", "nothing is known to be nothing"),
    ("retraining", {"retraining_cadence": "hourly"}, "met", "more often than weekly"),
    ("retraining", {"retraining_cadence": "daily"}, "met", "more often than weekly"),
    ("retraining", {"retraining_cadence": "weekly"}, "met", "weekly is enough"),
    ("retraining", {"retraining_cadence": "monthly"}, "not_met", "less often than weekly"),
    ("retraining", {"retraining_cadence": "never"}, "not_met", "said to be never"),
    ("retraining", {"retraining_cadence": "monthly", "ships_demand_or_fraud": True}, "not_met", "somebody said"),
    ("retraining", {"retraining_cadence": "now and then"}, "unknown", "a word that tells nothing"),
    ("retraining", {"ships_demand_or_fraud": True}, "likely", "nobody said, and such a model ships"),
    ("retraining", {"ships_demand_or_fraud": False}, "unknown", "nobody said"),
    ("incidents", {"skew_or_drift_incidents_12m": 1}, "met", "one is enough"),
    ("incidents", {"skew_or_drift_incidents_12m": 0}, "not_met", "said to be none"),
    ("duplication", {"teams_with_own_tooling": 2}, "met", "two are enough"),
    ("duplication", {"teams_with_own_tooling": 1}, "not_met", "one repeats nobody"),
    ("compliance", {"compliance": True}, "met", "said so"),
    ("compliance", {"compliance": False}, "not_met", "said not"),
]


@pytest.mark.parametrize(("name", "known", "state", "why"), CONDITIONS)
def test_each_condition_at_its_limit(name, known, state, why):
    result = states(Facts(**known))
    assert result.pop(name) == state, why
    assert set(result.values()) <= {"unknown"}, "one fact told of another condition"


MET = {
    "compliance": {"compliance": True},
    "incidents": {"skew_or_drift_incidents_12m": 2},
    "duplication": {"teams_with_own_tooling": 3},
    "scale": {"production_models": 9},
    "retraining": {"retraining_cadence": "daily"},
}


@pytest.mark.parametrize(
    ("met", "verdict", "urgent"),
    [
        ([], "not_yet", []),
        (["retraining"], "phase_1", ["retraining"]),
        (["retraining", "scale"], "phase_1", ["scale"]),
        (["scale", "duplication"], "phase_1", ["duplication"]),
        (["retraining", "scale", "duplication"], "urgent", ["duplication"]),
        (["duplication", "incidents"], "phase_1", ["incidents"]),
        (["compliance", "duplication", "scale"], "urgent", ["compliance"]),
        (["incidents", "compliance"], "phase_1", ["compliance", "incidents"]),
    ],
)
def test_the_verdict_counts_and_the_most_urgent_is_named(met, verdict, urgent):
    result = evaluate(Facts(**{name: value for row in met for name, value in MET[row].items()}))
    assert (result.verdict, result.most_urgent) == (verdict, urgent)
    assert result.phase_1 == ("regulated" if "compliance" in met else "standard")


def test_what_is_likely_is_not_counted_as_met():
    result = evaluate(Facts(ships_demand_or_fraud=True, production_models=9, compliance=True))
    assert result.verdict == "phase_1"


def test_what_nobody_knows_is_asked_and_counts_for_nothing():
    result = evaluate(Facts())
    assert [condition.id for condition in result.conditions] == ORDER
    assert all(condition.state is State.UNKNOWN and condition.ask.endswith("?") for condition in result.conditions)
    assert (result.verdict, result.most_urgent) == ("not_yet", [])


def test_a_measured_fact_is_said_to_be_measured():
    scale, retraining, *_ = evaluate(
        Facts(1, 2, retraining_cadence="daily", measured=frozenset({"production_models", "retraining_cadence"}))
    ).conditions
    assert scale.because == "1 production model (measured), 2 shipping teams; 3 models or 2 teams are enough."
    assert retraining.because == "At least one model is retrained daily (measured)."


def test_it_can_be_written_as_json():
    result = evaluate(Facts(production_models=9)).as_dict()
    assert set(result) == {"conditions", "verdict", "most_urgent", "phase_1"}
    assert json.loads(json.dumps(result))["conditions"][0]["state"] == "met"
    assert all(set(condition) == {"id", "state", "because", "ask"} for condition in result["conditions"])


numbers = st.one_of(st.none(), st.integers(0, 9))
answers = st.one_of(st.none(), st.booleans())
any_facts = st.tuples(
    numbers, numbers, st.one_of(st.none(), st.sampled_from(CADENCES)), answers, numbers, numbers, answers, numbers
).map(lambda values: Facts(*values))


@given(any_facts)
def test_a_condition_is_asked_about_exactly_while_it_is_open(facts):
    for condition in evaluate(facts).conditions:
        assert condition.because
        assert (condition.ask is not None) == (condition.state in (State.UNKNOWN, State.LIKELY))


@given(any_facts)
def test_answering_never_takes_back_what_is_met(facts):
    met = {name for name, state in states(facts).items() if state == "met"}
    guesses = {"production_models": 0, "shipping_teams": 0, "retraining_cadence": "never", "compliance": False}
    answered = facts._replace(**{name: value for name, value in guesses.items() if getattr(facts, name) is None})
    assert met <= {name for name, state in states(answered).items() if state == "met"}
