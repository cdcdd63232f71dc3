import pytest

from registry.domain.compatibility import Conflict, Severity
from registry.domain.gates import Decision, deployment_gate

WARNING = Conflict("orders_7d", Severity.WARNING, "The definition changed since training: logic.", "aaaa", "bbbb")
ERROR = Conflict("", Severity.ERROR, "No training snapshot.", None, None)
INFO = Conflict("orders_7d", Severity.INFO, "rewritten", "aaaa", "cccc")
CASES = [
    ("production", [], [], Decision.PROCEED, "nothing stands against it"),
    ("staging", [], [], Decision.PROCEED, "a promotion to staging is a promotion"),
    ("production", [INFO], [], Decision.PROCEED, "an equivalent definition does not block"),
    ("production", [WARNING], [], Decision.BLOCKED, "a changed definition blocks"),
    ("production", [ERROR], [], Decision.BLOCKED, "no snapshot blocks"),
    ("production", [], ["an alert"], Decision.BLOCKED, "a blocking alert blocks"),
    ("registered", [], [], Decision.BLOCKED, "never promoted"),
    ("archived", [], [], Decision.BLOCKED, "archived"),
]


@pytest.mark.parametrize(("stage", "conflicts", "alerts", "decision", "why"), CASES)
def test_the_deployment_gate_opens_only_when_nothing_stands_against_it(stage, conflicts, alerts, decision, why):
    verdict = deployment_gate(stage=stage, conflicts=conflicts, blocking_alerts=alerts)
    assert verdict.decision is decision, why
    assert bool(verdict.reasons) == (decision is Decision.BLOCKED)


def test_a_changed_feature_has_three_ways_out_the_safest_first():
    verdict = deployment_gate(stage="production", conflicts=[WARNING], blocking_alerts=[])
    assert [way.kind for way in verdict.ways_out] == ["pin", "rollback", "retrain"]
    assert "aaaa" in verdict.ways_out[0].do


def test_an_informing_conflict_is_kept_and_offers_no_way_out():
    verdict = deployment_gate(stage="production", conflicts=[INFO], blocking_alerts=[])
    assert verdict.conflicts == (INFO,)
    assert verdict.ways_out == ()
