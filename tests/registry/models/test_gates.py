from registry.models import GateDecision


def test_a_decision_proceeds_by_its_word():
    assert GateDecision(decision="PROCEED").proceeds
    assert not GateDecision(decision="BLOCKED").proceeds


def test_a_decision_is_returned_in_whole():
    decision = GateDecision(gate="deployment", decision="BLOCKED", reasons=["Because."])
    assert str(decision) == "deployment BLOCKED"
    assert decision.as_dict() == {
        "decision": "BLOCKED", "conflicts": [], "reasons": ["Because."], "ways_out": [], "overridden": [], "checks": [],
    }  # fmt: skip
