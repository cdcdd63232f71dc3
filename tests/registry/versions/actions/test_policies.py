"""What must be shown before a model serves: whose policies hold, and what a promotion saw of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.models import Team
from registry.models import GateDecision, GatePolicy
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
    (judged,) = promote(staged, "production", actor=cora).checks
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
    assert (gate_decision.decision, gate_decision.checks[0]["outcome"]) == ("BLOCKED", outcome)
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
    platform(0.1, retired=True)
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
    assert promote(staged, "production", actor=cora).checks == []


def test_a_team_tightens_and_never_loosens(teams, cora):
    platform()
    own = {"name": "ours", "owner_team": "forecasting", "subject_team": "forecasting", "actor": cora}
    assert save_policy(checks=[MAPE | {"threshold": 0.1}], **own).number == 1
    with pytest.raises(Invalid, match="is looser than the platform's"):
        save_policy(checks=[MAPE | {"threshold": 0.2}], **own)
    assert save_policy(checks=[MAPE | {"slice": "region=north", "threshold": 0.3}], **own).number == 2
    assert GatePolicy.objects.filter(name="ours").count() == 2


def test_another_teams_policy_is_put_to_every_version_and_the_models_team_cannot_change_it(
    model, feature, orders, risk, cora
):
    values = {"name": "regulated", "owner_team": "risk", "on_registration": True, "checks": [MAPE | {"threshold": 0.1}]}
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
    assert not GatePolicy.objects.exists()


def test_results_that_mean_nothing_are_refused(model_version, cora):
    for results in ([], [{"metric": "mape"}], [{"metric": "x" * 121, "value": 1}], [{"metric": "m", "value": True}]):
        with pytest.raises(Invalid):
            add_evaluations(model_version, results, actor=cora)
    assert model_version.evaluations.count() == 1


def test_the_database_keeps_every_version(teams):
    policy = platform()
    with pytest.raises(DatabaseError), transaction.atomic():
        GatePolicy.objects.filter(pk=policy.pk).update(retired=True)
    platform(0.2)
    assert [row.number for row in policies.current()] == [2]
