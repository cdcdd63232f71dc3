import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.versions.rules.policies import OPERATORS, Check, faults, judge, looser, parse

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CHECKS = st.builds(
    Check, st.just("mape"), st.just(""), st.sampled_from(sorted(OPERATORS)), NUMBERS, st.booleans(), st.just(())
)


@pytest.mark.parametrize(
    ("operator", "observed", "outcome"),
    [
        ("<=", 0.15, "passed"), ("<", 0.15, "failed"), (">=", 0.15, "passed"), (">", 0.15, "failed"),
        ("<=", 0.16, "failed"), ("<", 0.14, "passed"), (">=", 0.14, "failed"), (">", 0.16, "passed"),
        ("<=", None, "missing"), (">=", math.nan, "missing"),
    ],
)  # fmt: skip
def test_a_check_passes_only_on_what_was_measured(operator, observed, outcome):
    results = {} if observed is None else {("mape", ""): observed}
    (judged,) = judge([Check("mape", "", operator, 0.15)], results, policy="forecasts", version=2)
    assert judged.outcome == outcome
    assert judged.closes == (outcome != "passed")


def test_a_slice_is_another_measurement():
    checks = [Check("mape", "region=north", "<=", 0.15)]
    assert judge(checks, {("mape", ""): 0.1})[0].outcome == "missing"
    assert judge(checks, {("mape", "region=north"): 0.1})[0].outcome == "passed"


@pytest.mark.parametrize(
    ("own", "default", "loosens"),
    [
        (("<=", 0.2), ("<=", 0.15), True), (("<=", 0.1), ("<=", 0.15), False), (("<=", 0.15), ("<=", 0.15), False),
        (("<=", 0.15), ("<", 0.15), True), (("<", 0.15), ("<=", 0.15), False), ((">=", 0.8), (">=", 0.9), True),
        ((">", 0.9), (">=", 0.9), False), ((">=", 0.9), (">", 0.9), True), ((">=", 0.1), ("<=", 0.15), False),
    ],
)  # fmt: skip
def test_a_team_tightens_and_never_loosens(own, default, loosens):
    assert bool(looser([Check("mape", "", *own)], [Check("mape", "", *default)])) == loosens


def test_making_a_required_check_optional_loosens_it():
    assert looser([Check("mape", "", "<=", 0.1, required=False)], [Check("mape", "", "<=", 0.15)])


@given(CHECKS, CHECKS, NUMBERS)
def test_whatever_passes_a_check_that_is_not_looser_passes_the_default(own, default, observed):
    if own.about == default.about and not looser([own], [default]):
        results = {("mape", ""): observed}
        closes = [judge([check], results)[0].closes for check in (own, default)]
        assert closes[0] or not closes[1]


@given(CHECKS)
def test_a_check_survives_its_json(check):
    assert parse(check.as_dict()) == check
    assert faults([check.as_dict()]) == []


GOOD = {"metric": "mape", "operator": "<=", "threshold": 0.15}


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (None, {"checks"}), ([], {"checks"}), ({}, {"checks"}), ([GOOD] * 101, {"checks"}), ([GOOD, GOOD], {"checks"}),
        ([7], {"checks.0"}),
        ([{}], {"checks.0.metric", "checks.0.operator", "checks.0.threshold"}),
        ([GOOD | {"threshold": True, "required": "yes"}], {"checks.0.threshold", "checks.0.required"}),
        ([GOOD | {"threshold": math.inf}], {"checks.0.threshold"}),
        ([GOOD | {"operator": ["<="]}], {"checks.0.operator"}),
        ([GOOD | {"operator": "==", "slice": "x" * 121}], {"checks.0.operator", "checks.0.slice"}),
    ],
)  # fmt: skip
def test_all_faults_of_a_policy_come_at_once(value, fields):
    assert {field for field, _, _ in faults(value)} == fields


def test_a_judgement_is_said_and_kept_in_full():
    (judged,) = judge(
        [Check("mape", "region=north", "<=", 0.15)], {("mape", "region=north"): 0.2}, policy="p", version=3
    )
    assert judged.as_dict() == {
        "metric": "mape", "slice": "region=north", "operator": "<=", "threshold": 0.15, "required": True,
        "observed": 0.2, "outcome": "failed", "policy": "p", "policy_version": 3,
    }  # fmt: skip
    assert judged.sentence == "Policy p v3 requires mape on region=north <= 0.15; it is 0.2."
    assert judged.key == "policy:p:3:mape:region=north:0.2"
    (missing,) = judge([Check("mape", "", "<=", 0.15)], {})
    assert missing.sentence == "Policy  v0 requires mape <= 0.15; it was not measured (mape)."
    assert (missing.policy, missing.policy_version, missing.observed) == ("", 0, None)


SENTENCES = [
    (7, [("checks", "missing", "`checks` is empty. Give at least one check: metric, operator, threshold.")]),
    ([GOOD] * 101, [("checks", "too_many", "The policy has 101 checks. At most 100 are allowed.")]),
    ([7], [("checks.0", "malformed", "A check must be an object with metric, operator and threshold.")]),
    ([GOOD, GOOD], [("checks", "duplicate", "mape has two checks of the same kind.")]),
    (
        [{"metric": " ", "operator": "~", "threshold": "x", "required": 1, "slice": 7}],
        [
            ("checks.0.metric", "malformed", "Give a metric as text of at most 120 characters."),
            ("checks.0.slice", "malformed", "Give a slice as text of at most 120 characters."),
            ("checks.0.operator", "unknown", "'~' is not an operator. Choose from <=, <, >=, >."),
            ("checks.0.threshold", "malformed", "'x' is not a number. Give a finite number."),
            ("checks.0.required", "malformed", "1 is not a truth value. Give true or false."),
        ],
    ),
]


@pytest.mark.parametrize(("value", "expected"), SENTENCES)
def test_every_fault_says_what_to_change(value, expected):
    assert faults(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        [GOOD] * 1, [GOOD | {"metric": f"m{n}"} for n in range(100)], [GOOD, GOOD | {"operator": ">="}],
        [GOOD, GOOD | {"slice": "x"}], [GOOD | {"metric": "x" * 120, "slice": "y" * 120, "threshold": 0}],
    ],
)  # fmt: skip
def test_what_is_well_formed_has_no_fault(value):
    assert faults(value) == []


def test_a_check_is_required_and_of_all_rows_unless_said():
    assert parse(GOOD) == Check("mape", "", "<=", 0.15, True)
    assert parse(GOOD | {"slice": None, "required": False}) == Check("mape", "", "<=", 0.15, False)
    assert isinstance(parse(GOOD | {"threshold": 1}).threshold, float)
