"""What counts as loosening a policy: a table of cases, and the law that it is looser exactly where something passes it
that did not pass before."""

from __future__ import annotations

import functools
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.versions.rules.loosening import (
    Difference,
    Interval,
    Terms,
    contradictory,
    differences,
    loosened,
    settings_differences,
    settings_loosened,
)
from registry.versions.rules.policies import Baseline, judge
from registry.versions.rules.policy_checks import Check

AUC = Check("auc", "", ">=", 0.75)
MAPE = Check("mape", "", "<=", 0.15)
FAIR = Check("disparate_impact_ratio", "age", ">=", 0.8, groups=("f", "m"))
MAIN = Check("main", baseline="serving", max_worse=0.02)
RMSE = Check("rmse", baseline="serving", max_worse=0.02)


def terms(*checks: Check, **others) -> Terms:
    return Terms(checks, **others)


CASES = {
    "the same again": (terms(AUC), terms(AUC), 0),
    "a lower floor": (terms(AUC), terms(AUC._replace(threshold=0.1)), 1),
    "a higher floor": (terms(AUC), terms(AUC._replace(threshold=0.8)), 0),
    "a higher ceiling": (terms(MAPE), terms(MAPE._replace(threshold=0.2)), 1),
    "a lower ceiling": (terms(MAPE), terms(MAPE._replace(threshold=0.1)), 0),
    "less becomes at most": (terms(MAPE._replace(operator="<")), terms(MAPE), 1),
    "at most becomes less": (terms(MAPE), terms(MAPE._replace(operator="<")), 0),
    "more becomes at least": (terms(AUC._replace(operator=">")), terms(AUC), 1),
    "the other direction": (terms(MAPE), terms(MAPE._replace(operator=">=")), 1),
    "required becomes optional": (terms(AUC), terms(AUC._replace(required=False)), 1),
    "optional becomes required": (terms(AUC._replace(required=False)), terms(AUC), 0),
    "an optional one goes": (terms(AUC, MAPE._replace(required=False)), terms(AUC), 0),
    "a check is removed": (terms(AUC, MAPE), terms(AUC), 1),
    "two checks are removed": (terms(AUC, MAPE), terms(Check("x", "", "<", 1.0)), 2),
    "a check is added": (terms(AUC), terms(AUC, MAPE), 0),
    "another slice": (terms(AUC), terms(AUC._replace(slice="region=north")), 1),
    "another metric": (terms(AUC), terms(AUC._replace(metric="f1")), 1),
    "replaced by a stricter one": (terms(MAPE), terms(MAPE._replace(operator="<", threshold=0.1)), 0),
    "nothing passes any more": (terms(AUC, MAPE), terms(MAPE, MAPE._replace(operator=">", threshold=0.15)), 0),
    "one value passes": (terms(AUC, MAPE), terms(MAPE, MAPE._replace(operator=">=", threshold=0.15)), 1),
    "fewer groups": (terms(FAIR), terms(FAIR._replace(groups=("f",))), 1),
    "more groups": (terms(FAIR), terms(FAIR._replace(groups=("f", "m", "x"))), 0),
    "groups of two checks": (
        terms(FAIR),
        terms(FAIR._replace(groups=("f",)), FAIR._replace(operator="<=", threshold=1.0, groups=("m",))),
        0,
    ),
    "a comparison allows more": (terms(RMSE), terms(RMSE._replace(max_worse=0.03)), 1),
    "a comparison allows less": (terms(RMSE), terms(RMSE._replace(max_worse=0.0)), 0),
    "a comparison becomes a limit": (terms(RMSE), terms(Check("rmse", "", "<=", 1.0)), 1),
    "a limit becomes a comparison": (terms(Check("rmse", "", "<=", 1.0)), terms(RMSE), 1),
    "a limit that a comparison implies": (terms(Check("rmse", "", ">=", 0.0)), terms(RMSE), 0),
    "and of a share": (terms(Check("auc", "", "<=", 1.0)), terms(RMSE._replace(metric="auc")), 0),
    "the comparison is optional": (terms(MAIN), terms(MAIN._replace(required=False)), 1),
    "only what has no error passes": (
        terms(RMSE), terms(RMSE._replace(max_worse=0.5), Check("rmse", "", "<=", 0.0)), 0,
    ),
    "nor of a share": (
        terms(RMSE._replace(metric="auc")),
        terms(RMSE._replace(metric="auc", max_worse=0.5), Check("auc", "", ">=", 1.0)),
        0,
    ),
    "almost none": (terms(RMSE), terms(RMSE._replace(max_worse=0.5), Check("rmse", "", "<=", 0.1)), 1),
    "the main metric allows more": (terms(MAIN), terms(MAIN._replace(max_worse=0.05)), 1),
    "the main metric allows less": (terms(MAIN), terms(MAIN._replace(max_worse=0.01)), 0),
    "the first main metric of the type": (
        terms(MAIN, model_type="regression"), terms(RMSE, model_type="regression"), 0,
    ),
    "but looser": (
        terms(MAIN, model_type="regression"), terms(RMSE._replace(max_worse=0.1), model_type="regression"), 1,
    ),
    "another main metric": (
        terms(MAIN, model_type="regression"), terms(RMSE._replace(metric="mae"), model_type="regression"), 1,
    ),
    "the first of another type": (terms(MAIN, model_type="ranking"), terms(RMSE, model_type="ranking"), 1),
    "the first of one type, for every type": (terms(MAIN), terms(RMSE), 1),
    "a metric becomes the main one": (
        terms(RMSE, model_type="regression"), terms(MAIN, model_type="regression"), 1,
    ),
    "fewer types": (terms(AUC), terms(AUC, model_type="ranking"), 1),
    "another type": (terms(AUC, model_type="ranking"), terms(AUC, model_type="regression"), 1),
    "every type": (terms(AUC, model_type="ranking"), terms(AUC), 0),
    "fewer teams": (terms(AUC), terms(AUC, subject_team="ours"), 1),
    "another team": (terms(AUC, subject_team="ours"), terms(AUC, subject_team="theirs"), 1),
    "every team": (terms(AUC, subject_team="ours"), terms(AUC), 0),
    "regulated models only": (terms(AUC), terms(AUC, regulated=True), 1),
    "all models": (terms(AUC, regulated=True), terms(AUC), 0),
    "no longer at registration": (terms(AUC, on_registration=True), terms(AUC), 1),
    "at registration too": (terms(AUC), terms(AUC, on_registration=True), 0),
    "names alone are enough": (terms(AUC, refuses_name_only=True), terms(AUC), 1),
    "names alone are not enough": (terms(AUC), terms(AUC, refuses_name_only=True), 0),
    "names alone, and nothing passes": (
        terms(AUC, refuses_name_only=True), terms(AUC, AUC._replace(operator="<", threshold=0.5)), 0,
    ),
    "retired": (terms(AUC), terms(AUC, retired=True), 1),
    "retired although it required nothing": (terms(), terms(retired=True), 1),
    "retired still": (terms(AUC, retired=True), terms(retired=True), 0),
    "in force again": (terms(AUC, retired=True), terms(AUC._replace(threshold=0.1)), 0),
    "less of nothing": (terms(AUC._replace(required=False)), terms(model_type="ranking"), 0),
    "less of names alone": (terms(refuses_name_only=True), terms(refuses_name_only=True, model_type="x"), 1),
    "in several ways": (terms(AUC, MAPE), terms(AUC._replace(threshold=0.5), model_type="x", regulated=True), 4),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_counts_as_loosening(case):
    before, after, ways = CASES[case]
    assert len(loosened(before, after)) == ways


def test_what_contradicts_is_named_by_metric_and_slice():
    low = AUC._replace(operator="<", threshold=0.75)
    assert contradictory([AUC, MAPE, low]) == [[AUC, low]]
    assert contradictory([AUC, low._replace(slice="region=north"), low._replace(required=False), RMSE, MAIN]) == []


def test_a_setting_of_the_gates_that_gets_off_is_looser():
    on = {"skew_closes_gate": True, "parity_first_in_production": True}
    for name in on:
        assert len(settings_loosened(on, on | {name: False})) == 1
        assert settings_loosened(on | {name: False}, on) == ()
    assert settings_loosened(on, on) == settings_differences(on, on) == ()
    assert [row.after for row in settings_differences(on, dict.fromkeys(on, False))] == ["opens an alert only", "off"]


SENTENCES = [
    (terms(AUC), terms(AUC._replace(threshold=0.1)), "auc >= 0.75 becomes auc >= 0.1"),
    (terms(AUC), terms(AUC._replace(required=False)), "auc >= 0.75 becomes auc >= 0.75 (informational)"),
    (terms(AUC), terms(MAPE), "auc >= 0.75 is no longer required"),
    (terms(AUC), terms(AUC, retired=True), "The policy is retired and requires nothing any more"),
    (terms(AUC), terms(AUC, model_type="x"), "It applies to the type x only, no longer to every type"),
    (terms(AUC, model_type="y"), terms(AUC, model_type="x"), "It applies to the type x only, no longer to y"),
    (terms(AUC), terms(AUC, subject_team="t"), "It applies to the models of t only, no longer to those of every team"),
    (
        terms(AUC, subject_team="s"), terms(AUC, subject_team="t"),
        "It applies to the models of t only, no longer to those of s",
    ),
    (terms(AUC), terms(AUC, regulated=True), "It applies to regulated models only"),
    (terms(AUC, on_registration=True), terms(AUC), "It is no longer checked at every registration"),
    (terms(AUC, refuses_name_only=True), terms(AUC), "Features that are compared by their name only are allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "sentence"), SENTENCES)
def test_each_way_is_said(before, after, sentence):
    assert loosened(before, after) == (sentence,)


def test_everything_that_changes_is_listed_and_nothing_else():
    after = Terms((AUC._replace(required=False), MAPE), "ranking", "ours", True, True, True, True)
    assert differences(terms(AUC), after) == (
        Difference("State", "in force", "retired"),
        Difference("Models of", "every team", "ours"),
        Difference("Model type", "every type", "ranking"),
        Difference("Only regulated models", "no", "yes"),
        Difference("At every registration", "no", "yes"),
        Difference("Features by name only", "allowed", "refused"),
        Difference("Checks", "auc >= 0.75", "auc >= 0.75 (informational); mape <= 0.15"),
    )
    assert differences(after, after) == ()
    assert differences(terms(), terms(AUC)) == (Difference("Checks", "none", "auc >= 0.75"),)


@pytest.mark.parametrize(
    ("bounds", "is_empty"),
    [((0.0, False, 1.0, False), False), ((1.0, False, 1.0, False), False), ((1.0, True, 1.0, False), True),
     ((1.0, False, 1.0, True), True), ((2.0, False, 1.0, False), True)],
)  # fmt: skip
def test_an_interval_without_values(bounds, is_empty):
    assert Interval(*bounds).is_empty == is_empty


GRID = (0.0, 0.1, 0.2)
NAMES = ("auc", "mape")
# every value that decides between two checks on the grid: the thresholds, between them, and around the limits of comparisons
VALUES = (None, -0.1, 0.0, 0.04, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 1.0, 1.1)
ABSOLUTE = st.tuples(
    st.sampled_from(NAMES), st.just(""), st.sampled_from(["<=", "<", ">=", ">"]), st.sampled_from(GRID), st.booleans()
).map(lambda values: Check(*values))
COMPARED = st.tuples(st.sampled_from(NAMES), st.booleans(), st.sampled_from((0.0, 0.5))).map(
    lambda values: Check(values[0], required=values[1], baseline="serving", max_worse=values[2])
)
CHECK_LISTS = st.lists(ABSOLUTE | COMPARED, max_size=3).map(tuple)


@functools.cache
def passing(checks: tuple[Check, ...], metric: str) -> frozenset[tuple]:
    """Every value of a metric, beside what serves, that passes the checks on it: it is enough to look at one metric."""
    passed = set()
    for observed, serving in product(VALUES, ("nothing", *VALUES)):
        results = {} if observed is None else {(metric, ""): observed}
        baseline = (
            Baseline() if serving == "nothing" else Baseline("v1", {} if serving is None else {(metric, ""): serving})
        )
        if not any(result.closes for result in judge(checks, results, baseline=baseline)):
            passed.add((observed, serving))
    return frozenset(passed)


@given(CHECK_LISTS, CHECK_LISTS)
def test_a_policy_is_loosened_exactly_where_something_passes_the_next_version_alone(before, after):
    """By brute force over every evaluation that decides between the two."""
    per_metric = {
        name: [passing(tuple(check for check in checks if check.metric == name), name) for checks in (before, after)]
        for name in NAMES
    }
    nothing_passes = any(not new for _, new in per_metric.values())
    exists = not nothing_passes and any(new - old for old, new in per_metric.values())
    assert bool(loosened(terms(*before), terms(*after))) == exists


def test_the_main_metric_of_a_type_stands_for_main_and_for_no_other():
    """wape is the first of forecasting: a comparison of it implies that of main, and says nothing of mae."""

    def ways(metric: str) -> tuple[str, ...]:
        before, after = (
            Terms((Check(name, baseline="serving", max_worse=0.02),), "forecasting", "", False, False, False, False)
            for name in (metric, "wape")
        )
        return loosened(before, after)

    assert not ways("main")
    assert ways("mae")
