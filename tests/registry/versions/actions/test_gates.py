"""A model is served with the feature values it was trained on, or the gate is closed."""

import pytest

from platform_site.access import Actor
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused, Unknown
from registry.features.actions.current_version import set_current
from registry.models import GateDecision
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.promotion import promote
from registry.versions.queries import model_versions
from tests.registry.conftest import FIXED, REWRITTEN, register

pytestmark = pytest.mark.postgresql


def ask(version, actor):
    return evaluate_deployment_gate(version, actor=actor)


def test_the_gate_is_open_while_serving_computes_what_training_did(in_production, cora):
    assert ask(in_production, cora).decision == "PROCEED"


def test_nobody_without_a_role_has_a_decision_recorded(in_production):
    with pytest.raises(NotAllowed, match="Only people with a role can evaluate the gate"):
        ask(in_production, Actor("guest"))
    assert not GateDecision.objects.filter(decided_by="guest").exists()


def test_a_changed_definition_closes_the_gate_and_says_what_changed(in_production, cora):
    fixed = register(FIXED, cora).version
    decision = ask(in_production, cora)
    (conflict,) = decision.conflicts
    assert decision.decision == "BLOCKED"
    assert (conflict["feature"], conflict["current"]) == ("orders_3d", fixed.name)
    assert (conflict["logic_change"], conflict["null_handling_change"]) == (True, True)
    assert (conflict["data_type_change"], conflict["source_table_change"]) == (False, False)
    assert [way["kind"] for way in decision.ways_out] == ["pin", "rollback", "retrain", "override"]


def test_an_equivalent_definition_is_said_and_does_not_close_the_gate(in_production, cora):
    register(REWRITTEN, cora)
    decision = ask(in_production, cora)
    assert (decision.decision, decision.conflicts[0]["severity"]) == ("PROCEED", "INFO")


def test_rolling_the_feature_back_opens_the_gate(in_production, feature, cora):
    register(FIXED, cora)
    set_current(feature, feature.versions.get(number=1), reason="wrong values", actor=cora)
    assert ask(in_production, cora).decision == "PROCEED"


def test_a_version_that_was_never_promoted_is_blocked(model_version, cora):
    decision = ask(model_version, cora)
    assert decision.decision == "BLOCKED"
    assert "promote" in decision.reasons[0]


def test_every_answer_is_kept_with_what_it_saw(in_production, cora):
    register(FIXED, cora)
    decision = ask(in_production, cora)
    event = AuditEvent.objects.first()
    assert (event.action, event.subject) == ("gate.decided", "model_version:demand/v1")
    assert event.content["conflicts"] == decision.conflicts
    assert GateDecision.objects.filter(gate="deployment").count() == 1


def test_a_version_that_does_not_exist_is_unknown(db):
    with pytest.raises(Unknown):
        model_versions.version("demand", "v9")


def test_a_model_with_a_conflict_does_not_reach_production_and_the_refusal_is_kept(model_version, cora):
    promote(model_version, "staging", actor=cora)
    register(FIXED, cora)
    with pytest.raises(Refused) as refused:
        promote(model_version, "production", actor=cora)
    model_version.refresh_from_db()
    assert refused.value.detail["decision"] == "BLOCKED"
    assert model_version.stage == "staging"
    assert GateDecision.objects.filter(gate="promotion", decision="BLOCKED").count() == 1


@pytest.mark.parametrize("to", ["production", "registered"])
def test_stages_are_not_skipped(model_version, cora, to):
    with pytest.raises(Refused):
        promote(model_version, to, actor=cora)


def test_an_unknown_stage_is_a_fault(model_version, cora):
    with pytest.raises(Invalid):
        promote(model_version, "heaven", actor=cora)
