"""Which policies apply to a model, and what a version's results say: with two models and two teams."""

from __future__ import annotations

import pytest

from platform_site.access import Actor, Role
from platform_site.errors import Unknown
from registry.versions.actions.policies import save_policy
from registry.versions.actions.registration import add_evaluations
from registry.versions.queries import policies

pytestmark = pytest.mark.postgresql
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())
MAPE = {"metric": "mape", "operator": "<=", "threshold": 0.15}
FAIR = {"metric": "disparate_impact_ratio", "operator": ">=", "threshold": 0.8, "slice": "sex"}


def saved(name, checks=(MAPE,), **fields):
    return save_policy(name=name, checks=list(checks), actor=LEA, **fields)


def test_the_newest_version_is_in_force_unless_it_is_retired(teams):
    saved("errors")
    second = saved("errors")
    saved("old")
    saved("old", retired=True)
    assert list(policies.current()) == [second]
    assert policies.newest("errors") == second
    assert policies.newest("nobody") is None
    assert policies.policy_version("errors", 1).number == 1
    with pytest.raises(Unknown, match="errors v9"):
        policies.policy_version("errors", 9)


def test_a_policy_applies_by_team_by_type_and_by_regulation(model):
    everywhere = saved("everywhere")
    own = saved("own", owner_team="forecasting", subject_team="forecasting")
    saved("theirs", owner_team="data-platform", subject_team="data-platform")
    saved("ranking", model_type="ranking")
    regulated = saved("regulated", regulated=True)
    assert set(policies.policies_for(model)) == {everywhere, own}
    model.regulated = True
    assert set(policies.policies_for(model)) == {everywhere, own, regulated}


def test_the_platforms_defaults_leave_teams_out(teams):
    every, ranking = saved("every"), saved("ranking", model_type="ranking")
    saved("own", owner_team="forecasting", subject_team="forecasting")
    assert set(policies.platform_defaults("")) == {every, ranking}
    assert set(policies.platform_defaults("regression")) == {every}
    assert set(policies.platform_defaults("ranking")) == {every, ranking}


def test_results_are_checked_with_the_owner_of_a_policy_from_outside(model_version):
    saved("platform")
    saved("risk", owner_team="data-platform", on_registration=True)
    saved("own", owner_team="forecasting", subject_team="forecasting")
    results = policies.check_results(model_version)
    assert {result.policy: result.owner for result in results} == {"own": "", "platform": "", "risk": "data-platform"}
    assert [result.policy for result in policies.check_results(model_version, on_registration=True)] == ["risk"]
    assert {result.outcome for result in policies.check_results(model_version, results={})} == {"missing"}


def test_the_newest_result_of_a_metric_and_slice_counts(model_version, cora):
    add_evaluations(model_version, [{"metric": "mape", "value": 0.3, "slice": "region=north"}], actor=cora)
    add_evaluations(model_version, [{"metric": "mape", "value": 0.2}], actor=cora)
    assert policies.newest_results(model_version) == {("mape", ""): 0.2, ("mape", "region=north"): 0.3}


def test_fairness_lists_reported_columns_and_those_that_a_policy_names(model_version, cora):
    saved("fair", [FAIR | {"groups": ["f", "m"]}, MAPE])
    rates = [{"metric": "selection_rate", "value": 0.3, "slice": "age=old"}]
    add_evaluations(model_version, [*rates, {"metric": "group_rows", "value": 90, "slice": "age=old"}], actor=cora)
    age, sex = policies.fairness_of(model_version)
    assert (age.column, list(age.groups), age.checks, age.closing) == ("age", ["old"], [], [])
    assert (sex.column, sex.groups, len(sex.checks), len(sex.closing), sex.owners) == ("sex", {}, 1, 1, "")
