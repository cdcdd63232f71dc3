import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.policies import OPERATORS, Check, faults, judge, looser, parse

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CHECKS = st.builds(Check, st.just("mape"), st.just(""), st.sampled_from(sorted(OPERATORS)), NUMBERS, st.booleans())


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
    assert parse(check._asdict()) == check
    assert faults([check._asdict()]) == []


GOOD = {"metric": "mape", "operator": "<=", "threshold": 0.15}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (None, {"checks"}), ([], {"checks"}), ({}, {"checks"}), ([GOOD] * 101, {"checks"}), ([GOOD, GOOD], {"checks"}),
        ([7], {"checks.0"}),
        ([{}], {"checks.0.metric", "checks.0.operator", "checks.0.threshold"}),
        ([GOOD | {"threshold": True, "required": "yes"}], {"checks.0.threshold", "checks.0.required"}),
        ([GOOD | {"threshold": math.inf}], {"checks.0.threshold"}),
        ([GOOD | {"operator": "==", "slice": "x" * 121}], {"checks.0.operator", "checks.0.slice"}),
    ],
)  # fmt: skip
def test_all_faults_of_a_policy_come_at_once(given, fields):
    assert {field for field, _, _ in faults(given)} == fields
