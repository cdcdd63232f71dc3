"""Which policies apply to a model, and what a version's results say: with two models and two teams."""

from __future__ import annotations

import pytest
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Unknown
from registry.models import GatePolicy
from registry.versions.actions.policies import save_policy
from registry.versions.actions.registration import add_evaluations, register_version
from registry.versions.queries import policies
from registry.versions.rules.metrics import MAIN_METRICS
from tests.registry.conftest import ARTIFACT, contributor, lineage
from tests.registry.serving.story import approved

pytestmark = pytest.mark.postgresql
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())
MAPE = {"metric": "mape", "operator": "<=", "threshold": 0.15}
FAIR = {"metric": "disparate_impact_ratio", "operator": ">=", "threshold": 0.8, "slice": "sex"}


SHIPPED = {f"main_metric_{name}" for name in MAIN_METRICS}


def own(rows):
    """Without the policies that every installation has."""
    return [row for row in rows if row.name not in SHIPPED]


def saved(name, checks=(MAPE,), **fields):
    return save_policy(name=name, checks=list(checks), actor=LEA, **fields)


def test_the_newest_version_is_in_force_unless_it_is_retired(teams):
    saved("errors")
    second = saved("errors")
    saved("old")
    GatePolicy.objects.create(name="old", number=2, retired=True, checks=[], saved_by="lea", saved_at=timezone.now())
    assert own(policies.current()) == [second]
    assert policies.newest("errors") == second
    assert policies.newest("nobody") is None
    assert policies.policy_version("errors", 1).number == 1
    with pytest.raises(Unknown, match="errors v9"):
        policies.policy_version("errors", 9)


def test_a_policy_applies_by_team_by_type_and_by_regulation(model):
    everywhere = saved("everywhere")
    ours = saved("ours", owner_team="forecasting", subject_team="forecasting")
    saved("theirs", owner_team="data-platform", subject_team="data-platform")
    saved("ranking", model_type="ranking")
    regulated = saved("regulated", regulated=True)
    assert own(policies.policies_for(model)) == [everywhere, ours]
    model.regulated = True
    assert own(policies.policies_for(model)) == [everywhere, ours, regulated]


def test_the_platforms_defaults_leave_teams_out(teams):
    every, ranking = saved("every"), saved("ranking", model_type="ranking")
    saved("own", owner_team="forecasting", subject_team="forecasting")
    assert own(policies.platform_defaults("")) == [every, ranking]
    assert own(policies.platform_defaults("regression")) == [every]
    assert own(policies.platform_defaults("ranking")) == [every, ranking]
    assert {row.name for row in policies.platform_defaults("regression")} & SHIPPED == {"main_metric_regression"}
    assert {row.name for row in policies.platform_defaults("embedder")} & SHIPPED == {"main_metric_other"}


def test_results_are_checked_with_the_owner_of_a_policy_from_outside(model_version):
    saved("platform")
    saved("risk", owner_team="data-platform")
    saved("own", owner_team="forecasting", subject_team="forecasting")
    results = policies.check_results(model_version)
    owners = {"own": "", "platform": "", "risk": "data-platform", "main_metric_other": ""}
    assert {result.policy: result.owner for result in results} == owners
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


@pytest.mark.parametrize(
    ("model_type", "policy"), [("", "other"), ("embedder", "other"), ("ranking", "ranking"), ("other", "other")]
)
def test_every_model_has_exactly_one_of_the_platforms_first_policies(model, model_type, policy):
    model.model_type = model_type
    shipped = [row.name for row in policies.policies_for(model) if row.name in SHIPPED]
    assert shipped == [f"main_metric_{policy}"]


def test_an_earlier_policy_of_another_team_runs_at_every_registration_although_it_does_not_say_so(model_version, teams):
    fields = {"name": "risk", "number": 1, "checks": [MAPE], "saved_by": "lea", "saved_at": timezone.now()}
    GatePolicy.objects.create(owner_team=teams[1], **fields)
    results = policies.check_results(model_version, on_registration=True)
    assert [(result.policy, result.owner) for result in results] == [("risk", "data-platform")]


def third_of(model, orders, actor):
    return register_version(model, version="v3", artifact=ARTIFACT, lineage_parts=lineage(orders), actor=actor)


def test_a_stage_alone_is_no_baseline(second):
    assert policies.baseline_of(second) == policies.Baseline()


def test_the_baseline_is_the_other_version_with_the_most_traffic(in_production, second, orders, cora):
    add_evaluations(second, [{"metric": "mape", "value": 0.119}], actor=cora)
    approved(second, cora, environment="staging", percent=100)
    assert policies.baseline_of(in_production).version == ""  # a trial environment
    approved(second, cora, environment="elsewhere", percent=100)
    assert policies.baseline_of(in_production).version == "v2"
    assert policies.baseline_of(in_production).results == {("mape", ""): 0.119}
    assert policies.baseline_of(second).version == ""
    third = third_of(second.model, orders, cora)
    approved(in_production, cora, percent=100)
    assert policies.baseline_of(third).version == "v1"  # production before others
    assert policies.baseline_of(third, "elsewhere").version == "v2"
    assert policies.baseline_of(third, "nowhere").version == "v1"


def test_a_worse_evaluation_of_what_serves_lowers_no_bar(in_production, second, orders, cora):
    approved(in_production, cora, percent=100)
    judged = policies.newest_results(in_production)[("mape", "")]
    add_evaluations(in_production, [{"metric": "mape", "value": 0.9}, {"metric": "rmse", "value": 1e9}], actor=cora)
    assert policies.newest_results(in_production)[("mape", "")] == 0.9
    baseline = policies.baseline_of(second)
    assert (baseline.version, baseline.results[("mape", "")]) == ("v1", judged)
    assert baseline.settled == {("mape", "")}
    add_evaluations(in_production, [{"metric": "mape", "value": judged / 2}], actor=cora)
    assert policies.baseline_of(second).results[("mape", "")] == judged / 2


def test_of_two_versions_that_serve_the_larger_share_counts(in_production, second, orders, cora):
    approved(in_production, cora, percent=100)
    approved(second, cora, percent=40)
    third = third_of(second.model, orders, cora)
    assert policies.baseline_of(third).version == "v1"
    approved(second, cora, percent=70)
    assert policies.baseline_of(third).version == "v2"


def test_what_serves_is_compared_with_its_newest_results(in_production, second, cora):
    approved(in_production, cora, percent=100)

    def outcome() -> str:
        (result,) = [row for row in policies.check_results(second) if row.policy == "main_metric_other"]
        return result.outcome

    assert outcome() == "passed"
    add_evaluations(in_production, [{"metric": "mape", "value": 0.1}], actor=cora)
    assert outcome() == "failed"
    add_evaluations(second, [{"metric": "mape", "value": 0.102}], actor=contributor("forecasting"))
    assert outcome() == "passed"
