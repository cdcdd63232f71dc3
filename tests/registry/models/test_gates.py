from registry.models import GateDecision


def test_a_decision_proceeds_by_its_word():
    assert GateDecision(decision="PROCEED").proceeds
    assert not GateDecision(decision="BLOCKED").proceeds


def test_a_decision_shows_what_it_rests_on():
    decision = GateDecision(decision="PROCEED", rests_on={"definition": 4, "parity": 0, "nothing": 3})
    assert decision.headline == "PROCEED, 3 of 7 features compared by name only"
    assert decision.clauses == "3 of 7 features compared by name only"


def test_a_decision_is_returned_in_whole():
    decision = GateDecision(gate="deployment", decision="BLOCKED", reasons=["Because."])
    assert str(decision) == "deployment BLOCKED"
    assert decision.as_dict() == {
        "decision": "BLOCKED", "conflicts": [], "reasons": ["Because."], "ways_out": [], "overridden": [], "checks": [],
        "rests_on": None, "open_alerts": [], "missing_parts": None,
    }  # fmt: skip
