"""How policies come out: absolute checks, checks that compare with what serves, and what a team may not loosen."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.versions.rules.policies import (
    NOTHING_SERVES,
    Baseline,
    CheckResult,
    judge,
    looser,
    name_only_cause,
    no_policy_cause,
)
from registry.versions.rules.policy_checks import OPERATORS, Check

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CHECKS = st.tuples(st.sampled_from(sorted(OPERATORS)), NUMBERS, st.booleans()).map(
    lambda parts: Check("mape", "", *parts)
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


def compared(metric="main", max_worse=0.02, **others) -> Check:
    return Check(metric, baseline="serving", max_worse=max_worse, **others)


def outcome(check, observed, baseline, slice_=""):
    results = {(name, slice_): value for name, value in observed.items()}
    (judged,) = judge([check], results, policy="p", version=1, baseline=baseline)
    return judged


def serving(model_type="", slice_="", **values) -> Baseline:
    return Baseline("v1", {(name, slice_): value for name, value in values.items()}, model_type)


@pytest.mark.parametrize(
    ("observed", "serves", "expected", "limit"),
    [
        ({"auc": 0.898}, {"auc": 0.9}, "passed", 0.898), ({"auc": 0.8979}, {"auc": 0.9}, "failed", 0.898),
        ({"mape": 0.1224}, {"mape": 0.12}, "passed", 0.1224), ({"mape": 0.1225}, {"mape": 0.12}, "failed", 0.1224),
        ({"r2": -0.02}, {"r2": 0.0}, "passed", -0.02), ({"r2": -0.03}, {"r2": 0.0}, "failed", -0.02),
        ({"rmse": 0.0}, {"rmse": 0.0}, "passed", 0.0), ({"rmse": 0.001}, {"rmse": 0.0}, "failed", 0.0),
        ({"auc": 1.0}, {"auc": 1.0}, "passed", 1.0), ({"auc": 0.9999}, {"auc": 1.0}, "failed", 1.0),
        ({"mape": 0.05}, {"mape": 0.12}, "passed", 0.1224),
        ({"auc": 0.95, "f1": 0.1}, {"auc": 0.9}, "passed", 0.898),
        ({"f1": 0.9}, {"auc": 0.9}, "missing", None), ({"auc": 0.9}, {"x": 1.0}, "missing", None),
        ({}, {"auc": 0.9}, "missing", None), ({"auc": math.nan}, {"auc": 0.9}, "missing", None),
        ({"auc": 0.9}, {"auc": math.nan}, "missing", None),
        ({"auc": 91.0}, {"auc": 0.9}, "missing", None), ({"auc": 0.9}, {"auc": 90.0}, "missing", None),
        ({"rmse": -1.0}, {"rmse": 2.0}, "missing", None),
    ],
)  # fmt: skip
def test_a_version_is_compared_with_the_one_that_serves(observed, serves, expected, limit):
    judged = outcome(compared(), observed, serving(**serves))
    assert (judged.outcome, judged.limit) == (expected, limit)
    assert judged.closes == (expected != "passed")


@pytest.mark.parametrize(
    ("observed", "expected", "metric"),
    [
        ({"rmse": 3.0, "r2": 0.1}, "passed", "rmse"), ({"r2": 0.1}, "passed", "r2"), ({"auc": 0.9}, "missing", ""),
        ({}, "missing", ""), ({"rmse": -3.0}, "missing", "rmse"), ({"rmse": math.inf}, "missing", "rmse"),
    ],
)  # fmt: skip
def test_where_nothing_serves_it_is_enough_that_the_main_metric_of_the_type_is_recorded(observed, expected, metric):
    judged = outcome(compared(), observed, Baseline(model_type="regression"))
    assert (judged.outcome, judged.metric, judged.limit) == (expected, metric, None)


def test_a_slice_is_compared_with_the_same_slice_only():
    check, north = compared("mape", slice="region=north"), "region=north"
    assert outcome(check, {"mape": 0.1}, serving(mape=0.1)).outcome == "missing"
    assert outcome(check, {"mape": 0.1}, serving(mape=0.1), north).outcome == "missing"
    assert outcome(check, {"mape": 0.1}, serving(mape=0.1, slice_=north), north).outcome == "passed"
    main = compared(slice="region=north")
    assert outcome(main, {"mape": 0.1}, NOTHING_SERVES).outcome == "missing"
    assert outcome(main, {"mape": 0.1}, NOTHING_SERVES, north).metric == "mape"


def test_the_sentence_has_the_values_that_decided():
    worse = outcome(compared(), {"auc": 0.8}, serving(auc=0.9))
    assert worse.sentence == (
        "Policy p v1 requires auc to be 0.898 or more: v1, which serves, has 0.9, and 2% of its error is allowed; it is 0.8."
    )
    on = outcome(compared("rmse", 0.1, slice="weekend"), {"rmse": 4.0}, serving(rmse=2.0, slice_="weekend"), "weekend")
    assert on.sentence == (
        "Policy p v1 requires rmse on weekend to be 2.2 or less: v1, which serves, has 2, and 10% of its error is allowed; "
        "it is 4."
    )
    required = "Policy p v1 requires main metric at most 2% of its error worse than what serves; it"
    without = outcome(compared(), {}, Baseline(model_type="generation")).sentence
    listed = "win_rate, pass_rate, exact_match, rouge_l, word_error_rate, perplexity"
    assert without == f"{required} was not measured (record one of {listed})."
    named = outcome(compared("auc"), {}, serving(auc=0.9)).sentence
    assert named.endswith("auc at most 2% of its error worse than what serves; it was not measured (auc).")
    lacks = outcome(compared("auc"), {"auc": 0.9}, serving()).sentence
    assert lacks.endswith("; it cannot be compared (v1, which serves, has no auc).")
    share = outcome(compared("auc"), {"auc": 0.9}, serving(auc=90.0)).sentence
    assert share.endswith("(of v1, which serves, auc is 90, more than 1: record it as a share).")
    assert outcome(compared("auc"), {"auc": 90.0}, serving(auc=0.9)).lacking.startswith("auc is 90, more than 1")


def test_what_was_compared_is_kept():
    assert outcome(compared(), {"mape": 0.13}, serving(mape=0.12)).as_dict() == {
        "metric": "mape", "slice": "", "baseline": "serving", "max_worse": 0.02, "required": True, "observed": 0.13,
        "outcome": "failed", "policy": "p", "policy_version": 1, "operator": "<=", "threshold": 0.1224,
        "serving_version": "v1", "serving_value": 0.12,
    }  # fmt: skip
    first = outcome(compared(), {"auc": 0.9}, Baseline(model_type="classification")).as_dict()
    assert (first["metric"], first["operator"], first["threshold"]) == ("auc", ">=", None)
    assert (first["serving_version"], first["serving_value"]) == ("", None)
    missing = outcome(compared(), {}, NOTHING_SERVES).as_dict()
    assert (missing["metric"], missing["operator"], missing["observed"]) == ("main", "", None)
    assert missing["lacking"].startswith("record one of auc, roc_auc, f1")


def test_an_override_covers_one_comparison_and_no_other():
    def key(observed, serves, version="v1"):
        return outcome(compared("mape"), {"mape": observed}, serving(mape=serves)._replace(version=version)).key

    assert len({key(0.2, 0.1), key(0.3, 0.1), key(0.2, 0.05), key(0.2, 0.1, "v2")}) == 4
    (absolute,) = judge([Check("mape", "", "<=", 0.1)], {("mape", ""): 0.2}, policy="p", version=1)
    assert absolute.key == "policy:p:1:mape::0.2"
    assert key(0.2, 0.1) == "policy:p:1:mape::0.2:mape:v1:0.1"


@pytest.mark.parametrize(
    ("own", "default", "loosens"),
    [(0.01, 0.02, False), (0.02, 0.02, False), (0.03, 0.02, True)],
)
def test_a_teams_comparison_may_be_stricter_than_the_platforms(own, default, loosens):
    assert bool(looser([compared("rmse", own)], [compared("rmse", default)])) == loosens
    assert not looser([Check("rmse", "", "<=", 5.0)], [compared("rmse", default)])


def test_a_model_about_which_nothing_is_required_is_not_promoted():
    assert no_policy_cause("").sentence.startswith("No policy requires anything of a model without a type.")
    assert no_policy_cause("ranking").key == "no_policy:ranking"
    assert no_policy_cause("ranking").overridable


def test_a_result_of_no_stored_policy_has_the_number_0():
    assert CheckResult(Check("auc", "", ">=", 0.7), 0.8, "passed").policy_version == 0


def test_what_a_policy_refuses_by_name_has_a_key_of_its_own():
    cause = name_only_cause("strict", 2, ["amount", "fee"])
    assert (cause.key, cause.overridable) == ("name_only:strict:2:amount,fee", True)
