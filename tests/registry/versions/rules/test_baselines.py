"""The bar that a version which serves sets: what it was judged on, or better; never what was added to lower it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.versions.rules.baselines import Result, bar, late, settled
from registry.versions.rules.policies import Baseline, judge
from registry.versions.rules.policy_checks import Check

MAIN = Check("main", baseline="serving", max_worse=0.02)
SHARES = st.floats(min_value=0, max_value=1)


@pytest.mark.parametrize(
    ("metric", "judged", "since", "value"),
    [
        ("auc", 0.9, [0.6], 0.9),
        ("auc", 0.9, [0.6, 0.91, 0.5], 0.91),
        ("rmse", 14.0, [20.0, 13.0], 13.0),
        ("auc", 0.9, [91.0], 0.9),  # not a share
        ("auc", 0.9, [float("nan"), float("inf")], 0.9),
        ("auc", 91.0, [0.7], 0.7),
        ("auc", float("nan"), [0.7], 0.7),
        ("own_figure", 3.0, [2.0], 2.0),  # the catalogue does not know which is better
    ],
)
def test_a_worse_value_lowers_no_bar(metric, judged, since, value):
    assert bar({(metric, ""): judged}, [Result(metric, "", each) for each in since]) == {(metric, ""): value}


def test_what_was_never_judged_is_no_bar_whoever_adds_it_later():
    judged, since = {("auc", ""): 0.9}, [Result("f1", "", 0.4), Result("auc", "sex=f", 0.7), Result("auc", "", 0.91)]
    assert bar(judged, since) == {("auc", ""): 0.91}
    assert late(judged, since) == {("f1", ""), ("auc", "sex=f")}
    assert (bar({}, since[:1]), late({}, since)) == ({("f1", ""): 0.4}, frozenset())


@given(SHARES, st.lists(SHARES))
def test_no_list_of_later_values_lowers_it(judged, since):
    key = ("auc", "")
    assert bar({key: judged}, [Result("auc", "", value) for value in since])[key] == max([judged, *since])


def test_a_metric_that_is_added_later_is_not_the_main_one():
    judged = {("mae", ""): 2.0}
    values = bar(judged, [Result("rmse", "", 1e9)])  # rmse comes first among the main metrics of a regression
    since = [Result("rmse", "", 1e9)]
    baseline = Baseline("v1", values, "regression", settled(judged, values), late(judged, since))
    result = judge([MAIN], {("rmse", ""): 1e9, ("mae", ""): 9.0}, baseline=baseline)[0]
    assert (result.metric, result.outcome, result.serving) == ("mae", "failed", 2.0)
    named = judge([Check("rmse", baseline="serving", max_worse=0.02)], {("rmse", ""): 5.0}, baseline=baseline)[0]
    assert (named.outcome, named.lacking) == (
        "missing",
        "v1, which serves, recorded rmse only after it was let to production",
    )


def test_where_nothing_was_judged_every_metric_is_looked_at():
    assert settled({}, {("auc", ""): 0.9}) == {("auc", "")}
    assert settled({("mae", ""): 2.0}, {("mae", ""): 2.0, ("rmse", ""): 1.0}) == {("mae", "")}
