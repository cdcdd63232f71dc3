"""What must be shown before a model serves: whose policies hold, and what a promotion saw of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.models import Team
from registry.models import GateDecision, GatePolicy
from registry.versions.actions.approval_decisions import approve_request
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.overrides import approve_override, request_override
from registry.versions.actions.policies import save_policy
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import add_evaluations, register_version
from registry.versions.queries import policies
from tests.registry.conftest import ARTIFACT, contributor, lineage

LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())
ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset())
RISK = contributor("risk", name="rita")
MAPE = {"metric": "mape", "operator": "<=", "threshold": 0.15}


@pytest.fixture
def risk(db):
    return Team.objects.create(slug="risk", name="Risk")


def platform(threshold=0.15, **others):
    return save_policy(name="errors", checks=[MAPE | {"threshold": threshold}], actor=LEA, **others)


@pytest.fixture
def staged(model_version, cora):
    """`demand` v1 in staging, with a mape of 0.12."""
    promote(model_version, "staging", actor=cora)
    model_version.refresh_from_db()
    return model_version


def test_a_promotion_keeps_policy_threshold_and_what_was_observed(staged, cora):
    platform()
    decided = promote(staged, "production", actor=cora).checks
    (judged,) = (check for check in decided if check["policy"] == "errors")
    assert judged == {
        "metric": "mape", "slice": "", "operator": "<=", "threshold": 0.15, "required": True, "observed": 0.12,
        "outcome": "passed", "policy": "errors", "policy_version": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("check", "outcome"),
    [({"threshold": 0.1}, "failed"), ({"metric": "bias"}, "missing"), ({"slice": "region=north"}, "missing")],
)
def test_a_failed_or_missing_check_closes_the_promotion_and_is_kept(staged, cora, check, outcome):
    save_policy(name="errors", checks=[MAPE | check], actor=LEA)
    with pytest.raises(Refused) as refused:
        promote(staged, "production", actor=cora)
    assert "Policy errors v1 requires" in refused.value.detail["reasons"][0]
    gate_decision = GateDecision.objects.filter(gate="promotion").first()
    outcomes = {check["policy"]: check["outcome"] for check in gate_decision.checks}
    assert (gate_decision.decision, outcomes["errors"]) == ("BLOCKED", outcome)
    staged.refresh_from_db()
    assert staged.stage == "staging"


def test_a_later_result_counts_and_the_earlier_one_stays(staged, cora):
    platform(0.1)
    add_evaluations(staged, [{"metric": "mape", "value": 0.09}], actor=cora)
    assert promote(staged, "production", actor=cora).checks[0]["observed"] == 0.09
    assert staged.evaluations.count() == 2


def test_a_check_that_only_informs_lets_it_pass(staged, cora):
    save_policy(name="errors", checks=[MAPE | {"threshold": 0.1, "required": False}], actor=LEA)
    assert promote(staged, "production", actor=cora).checks[0]["outcome"] == "failed"


def test_a_policy_that_was_tightened_since_closes_the_deployment_gate(in_production, cora):
    platform()
    assert evaluate_deployment_gate(in_production, actor=cora).proceeds
    platform(0.1)
    shut = evaluate_deployment_gate(in_production, actor=cora)
    assert shut.reasons == ["Policy errors v2 requires mape <= 0.1; it is 0.12."]
    approve_request(platform(0.1, retired=True, reason="x"), actor=ANN)
    assert evaluate_deployment_gate(in_production, actor=cora).proceeds


def test_a_promotion_can_pass_under_an_override_and_no_longer_once_that_ended(staged, cora, monkeypatch):
    platform(0.1)
    result = request_override(staged, reason="x", expires_at=timezone.now() + timedelta(days=1), actor=cora)
    approve_override(result, actor=ANN)
    assert promote(staged, "production", actor=cora).overridden[0]["override"] == result.pk
    assert evaluate_deployment_gate(staged, actor=cora).proceeds
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert not evaluate_deployment_gate(staged, actor=cora).proceeds


def test_types_and_teams_are_told_apart(staged, cora):
    save_policy(name="ranking", model_type="ranking", checks=[MAPE], actor=LEA)
    save_policy(name="theirs", owner_team="data-platform", subject_team="data-platform", checks=[MAPE], actor=LEA)
    checks = promote(staged, "production", actor=cora).checks
    assert [check["policy"] for check in checks] == ["main_metric_other"]


def test_a_team_tightens_and_never_loosens(teams, cora):
    platform()
    own = {"name": "ours", "owner_team": "forecasting", "subject_team": "forecasting", "actor": cora}
    assert save_policy(checks=[MAPE | {"threshold": 0.1}], **own).number == 1
    with pytest.raises(Invalid, match="is looser than the platform's"):
        save_policy(checks=[MAPE | {"threshold": 0.2}], **own)
    both = [MAPE | {"threshold": 0.1}, MAPE | {"slice": "region=north", "threshold": 0.3}]
    assert save_policy(checks=both, **own).number == 2
    assert GatePolicy.objects.filter(name="ours").count() == 2


def test_another_teams_policy_is_put_to_every_version_and_the_models_team_cannot_change_it(
    model, feature, orders, risk, cora
):
    values = {"name": "regulated", "owner_team": "risk", "checks": [MAPE | {"threshold": 0.1}]}
    with pytest.raises(NotAllowed):
        save_policy(**values, actor=RISK)  # a lead begins what reaches other teams
    save_policy(**values, actor=LEA)
    assert save_policy(**values, actor=RISK).number == 2
    with pytest.raises(NotAllowed):
        save_policy(**values | {"retired": True}, actor=cora)
    with pytest.raises(Invalid, match="cannot change"):
        save_policy(**values | {"owner_team": "forecasting", "subject_team": "forecasting"}, actor=RISK)
    version = register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=lineage(orders), actor=cora)
    put = version.gate_decisions.get(gate="policy")
    assert (put.decision, put.checks[0]["policy_version"], put.checks[0]["outcome"]) == ("BLOCKED", 2, "failed")
    add_evaluations(version, [{"metric": "mape", "value": 0.05}], actor=cora)
    assert version.gate_decisions.filter(gate="policy").first().decision == "PROCEED"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.APPROVER])
def test_the_platforms_policies_are_the_leads(teams, role):
    with pytest.raises(NotAllowed):
        save_policy(name="x", checks=[MAPE], actor=Actor("zoe", frozenset({role}), frozenset({"forecasting"})))


def test_all_faults_come_at_once(teams):
    with pytest.raises(Invalid) as refused:
        save_policy(name="No Name", owner_team="nobody", checks=[{"metric": ""}], actor=LEA)
    assert {fault.field for fault in refused.value.faults} >= {"name", "owner_team", "checks.0.metric"}
    assert not GatePolicy.objects.exclude(saved_by="system").exists()


def test_results_that_mean_nothing_are_refused(model_version, cora):
    for results in ([], [{"metric": "mape"}], [{"metric": "x" * 121, "value": 1}], [{"metric": "m", "value": True}]):
        with pytest.raises(Invalid):
            add_evaluations(model_version, results, actor=cora)
    assert model_version.evaluations.count() == 1


def test_the_database_keeps_every_version(teams):
    policy = platform()
    with pytest.raises(DatabaseError), transaction.atomic():
        GatePolicy.objects.filter(pk=policy.pk).update(retired=True)
    platform(0.1)
    assert policies.newest("errors").number == 2


def test_checks_that_nothing_passes_are_refused(db):
    """Nothing is tighter, so it would drop the other checks at once; what is then loosened again no longer has them."""
    lead = Actor("lea", frozenset({Role.LEAD}), frozenset())
    auc = {"metric": "auc", "operator": ">=", "threshold": 0.75}
    save_policy(name="floor", checks=[auc, {"metric": "mape", "operator": "<=", "threshold": 0.2}], actor=lead)
    with pytest.raises(Invalid) as refused:
        save_policy(name="floor", checks=[auc, auc | {"operator": "<=", "threshold": 0.1}], actor=lead)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("checks", "contradictory")]
    assert "No value passes auc >= 0.75 and auc <= 0.1." in refused.value.message
    assert policies.newest("floor").number == 1


def test_two_saves_of_the_same_version_do_not_both_stand(teams, monkeypatch):
    """The second read the version in force before the first wrote the next one."""
    first = platform()
    platform(0.1)
    monkeypatch.setattr(policies, "newest", lambda name: first)
    with pytest.raises(IntegrityError), transaction.atomic():
        platform(0.12)
    assert GatePolicy.objects.filter(name="errors").count() == 2


def test_a_version_with_one_metric_of_its_own_is_judged_by_the_platform(model, feature, orders, cora):
    """Two calls with one result used to promote it on nothing."""
    parts = lineage(orders, evaluations=[{"metric": "win_rate", "value": 0.6}])
    version = register_version(model, version="p1", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    promote(version, "staging", actor=cora)
    (check,) = promote(version, "production", actor=cora).checks
    assert (check["policy"], check["metric"], check["outcome"]) == ("main_metric_other", "win_rate", "passed")


def test_a_version_without_any_metric_of_the_catalogue_is_not_promoted(model, feature, orders, cora):
    parts = lineage(orders, evaluations=[{"metric": "vibes", "value": 0.6}])
    version = register_version(model, version="p1", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    promote(version, "staging", actor=cora)
    with pytest.raises(Refused) as refused:
        promote(version, "production", actor=cora)
    (reason,) = refused.value.detail["reasons"]
    assert reason.startswith("Policy main_metric_other v1 requires main metric at most 2% of its error worse")
    assert "record one of auc, roc_auc, f1" in reason


def test_no_promotion_rests_on_nothing(staged, cora):
    gone = save_policy(
        name="main_metric_other", model_type="other", retired=True, reason="x", actor=LEA,
        checks=[{"metric": "main", "baseline": "serving"}],
    )  # fmt: skip
    approve_request(gone, actor=ANN)
    with pytest.raises(Refused) as refused:
        promote(staged, "production", actor=cora)
    assert refused.value.detail["reasons"] == [
        "No policy requires anything of a model without a type. Ask a lead to save one: a promotion must rest on something."
    ]


@pytest.mark.parametrize(("mape", "proceeds"), [(0.12, True), (0.1224, True), (0.1225, False)])
def test_a_retrained_version_is_not_worse_than_what_serves(serving, orders, cora, mape, proceeds):
    parts = lineage(orders, evaluations=[{"metric": "mape", "value": mape}])
    version = register_version(
        serving.model_version.model, version="v2", artifact=ARTIFACT, lineage_parts=parts, actor=cora
    )
    promote(version, "staging", actor=cora)
    if proceeds:
        (check,) = promote(version, "production", actor=cora).checks
        assert (check["threshold"], check["serving_version"], check["serving_value"]) == (0.1224, "v1", 0.12)
        return
    with pytest.raises(Refused) as refused:
        promote(version, "production", actor=cora)
    assert refused.value.detail["reasons"] == [
        "Policy main_metric_other v1 requires mape to be 0.1224 or less: v1, which serves, has 0.12, and 2% of its error is "
        "allowed; it is 0.1225."
    ]
