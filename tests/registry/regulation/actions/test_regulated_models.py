"""Regulated models: who says so, and whose policies then judge every version of them."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.models import Team
from registry.models import GatePolicy
from registry.regulation.actions.regulated_models import mark_regulated
from registry.versions.actions.approval_decisions import approve_request
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.policies import save_policy
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import add_evaluations, register_version
from tests.registry.conftest import ARTIFACT, contributor, lineage

LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())
OWN_LEAD = Actor("olaf", frozenset({Role.LEAD, Role.CONTRIBUTOR}), frozenset({"forecasting"}))
ADMIN = Actor("adam", frozenset({Role.ADMINISTRATOR}), frozenset())
RITA = contributor("risk", name="rita")
RULES = [
    {"metric": "disparate_impact_ratio", "slice": "sex", "operator": ">=", "threshold": 0.8, "groups": ["f", "m"]},
    {"metric": "equal_opportunity_difference", "slice": "sex", "operator": "<=", "threshold": 0.1},
    {"metric": "demographic_parity_difference", "slice": "sex", "operator": "<=", "threshold": 0.1},
]
FAIR = {"name": "fair", "owner_team": "risk", "regulated": True, "checks": RULES}


def rates(female: float, male: float) -> list[dict]:
    return [
        {"metric": metric, "value": value, "slice": f"sex={group}"}
        for group, rate in (("f", female), ("m", male))
        for metric, value in (("group_rows", 900), ("selection_rate", rate), ("true_positive_rate", rate))
    ]


@pytest.fixture
def policy(teams):
    Team.objects.create(slug="risk", name="Risk")
    return save_policy(**FAIR, actor=LEA)


@pytest.fixture
def regulated(model, policy):
    return mark_regulated(model, True, reason="It decides on credit.", actor=LEA)


def registered(model, orders, actor, version="v1", evaluations=()):
    parts = lineage(orders, evaluations=[{"metric": "mape", "value": 0.12}, *evaluations])
    return register_version(model, version=version, artifact=ARTIFACT, lineage_parts=parts, actor=actor)


@pytest.mark.parametrize(
    ("female", "male", "decision", "outcomes"),
    [
        (0.30, 0.32, "PROCEED", ["passed", "passed", "passed"]),
        (0.20, 0.40, "BLOCKED", ["failed", "failed", "failed"]),
        (0.50, 0.62, "BLOCKED", ["passed", "failed", "failed"]),
    ],
)
def test_every_version_is_judged_when_it_is_registered(
    regulated, feature, orders, cora, female, male, decision, outcomes
):
    result = registered(regulated, orders, cora, evaluations=rates(female, male)).gate_decisions.get(gate="policy")
    assert (result.decision, [check["outcome"] for check in result.checks]) == (decision, outcomes)
    assert {check["owner_team"] for check in result.checks} == {"Risk"}


def test_results_that_are_missing_close_the_way_to_production(regulated, feature, orders, cora):
    version = registered(regulated, orders, cora)
    assert [check["outcome"] for check in version.gate_decisions.get().checks] == ["missing"] * 3
    promote(version, "staging", actor=cora)
    with pytest.raises(Refused) as refused:
        promote(version, "production", actor=cora)
    assert "group f is not reported" in refused.value.detail["reasons"][0]
    add_evaluations(version, rates(0.30, 0.31), actor=cora)
    pending = promote(version, "production", actor=cora)
    assert (pending.state, pending.gate_decision.decision) == ("waiting", "PROCEED")


def test_other_models_are_not_asked(model, policy, feature, orders, cora):
    assert not registered(model, orders, cora).gate_decisions.exists()


def test_marking_a_model_judges_the_versions_it_has(model_version, policy, model):
    mark_regulated(model, True, reason="It decides on credit.", actor=LEA)
    assert model_version.gate_decisions.get(gate="policy").decision == "BLOCKED"
    event = AuditEvent.objects.get(action="model.regulation_changed")
    assert (event.subject, event.actor, event.content) == (
        "model:demand", "lea", {"regulated": {"from": False, "to": True}, "reason": "It decides on credit."},
    )  # fmt: skip
    mark_regulated(model, True, reason="Again.", actor=LEA)
    assert AuditEvent.objects.filter(action="model.regulation_changed").count() == 1


@pytest.mark.parametrize(
    ("actor", "marks", "unmarks"),
    [(LEA, True, True), (OWN_LEAD, True, False), (ADMIN, False, False), (contributor("forecasting"), False, False)],
)
def test_no_member_of_its_own_team_takes_the_mark_away(regulated, model, actor, marks, unmarks):
    with pytest.raises(Invalid, match="Give a reason"):
        mark_regulated(regulated, False, reason=" ", actor=LEA)
    for wanted, may in ((True, marks), (False, unmarks)):
        if may:
            assert mark_regulated(regulated, wanted, reason="x", actor=actor).regulated == wanted
        else:
            with pytest.raises(NotAllowed):
                mark_regulated(regulated, wanted, reason="x", actor=actor)


def test_a_regulated_model_that_no_other_team_judges_does_not_go_into_production(model_version, model, teams, cora):
    mark_regulated(model, True, reason="It decides on credit.", actor=LEA)
    own = FAIR | {"owner_team": "forecasting", "subject_team": "forecasting"}
    save_policy(**own, actor=OWN_LEAD)
    add_evaluations(model_version, rates(0.3, 0.3), actor=cora)
    promote(model_version, "staging", actor=cora)
    with pytest.raises(Refused) as refused:
        promote(model_version, "production", actor=cora)
    assert "no other team's policy checks its fairness" in refused.value.detail["reasons"][0]


def test_a_model_in_production_that_becomes_regulated_is_closed_at_once(in_production, model, policy, cora):
    assert evaluate_deployment_gate(in_production, actor=cora).proceeds
    mark_regulated(model, True, reason="It decides on credit.", actor=LEA)
    assert len(evaluate_deployment_gate(in_production, actor=cora).reasons) == 3


def test_the_deployment_gate_is_closed_at_every_stage(regulated, feature, orders, cora):
    version = registered(regulated, orders, cora, evaluations=rates(0.2, 0.4))
    promote(version, "staging", actor=cora)
    version.refresh_from_db()
    assert len(evaluate_deployment_gate(version, actor=cora).reasons) == 3
    add_evaluations(version, rates(0.3, 0.3), actor=cora)
    assert evaluate_deployment_gate(version, actor=cora).proceeds


@pytest.mark.parametrize("actor", [OWN_LEAD, LEA, ADMIN], ids=lambda actor: actor.name)
@pytest.mark.parametrize("change", [{"retired": True}, {"checks": RULES[:1]}, {"regulated": False}])
def test_only_its_owner_changes_a_policy_that_is_put_to_others(policy, actor, change):
    with pytest.raises(NotAllowed, match="Only members of the team that owns it"):
        save_policy(**FAIR | change, reason="x", actor=actor)
    saved = save_policy(**FAIR | change, reason="x", actor=RITA)
    if "regulated" in change:
        assert saved.number == 2  # it applies to more models
        return
    with pytest.raises(NotAllowed, match="Only approvers and leads of the team that owns it"):
        approve_request(saved, actor=actor)
    approve_request(saved, actor=Actor("rosa", frozenset({Role.LEAD}), frozenset({"risk"})))
    assert GatePolicy.objects.filter(name=policy.name).count() == 2


def test_a_team_does_not_widen_its_own_policy_to_others(teams, cora):
    own = {"name": "own", "owner_team": "forecasting", "checks": RULES}
    save_policy(**own, subject_team="forecasting", actor=cora)
    with pytest.raises(NotAllowed):
        save_policy(**own, actor=cora)


def test_the_database_puts_a_policy_for_regulated_models_at_registration(policy):
    assert policy.on_registration
    with pytest.raises(DatabaseError), transaction.atomic():
        GatePolicy.objects.create(
            name="late", number=1, regulated=True, on_registration=False, checks=RULES, saved_by="x",
            saved_at=policy.saved_at,
        )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        GatePolicy.objects.filter(pk=policy.pk).update(regulated=False)


def test_a_rate_beyond_one_is_refused_with_its_place(model_version, cora):
    with pytest.raises(Invalid) as refused:
        add_evaluations(model_version, rates(31, 0.3), actor=cora)
    assert [fault.field for fault in refused.value.faults] == ["evaluations.1.value", "evaluations.2.value"]
