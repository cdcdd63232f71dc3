"""What the gates would decide, without recording it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.models import Alert, GateDecision
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.queries import gates
from registry.versions.queries.headline import of_organization
from tests.registry.conftest import FIXED, register
from tests.registry.versions.alerts import opened

pytestmark = pytest.mark.postgresql


def test_only_open_blocking_alerts_of_the_model_block(in_production, cora):
    opened(in_production.model, cora, blocking=False, name="informs")
    opened(in_production.model, cora, state=Alert.State.RESOLVED, name="resolved")
    assert gates.blocking_alerts(in_production.model_id) == []
    alert = opened(in_production.model, cora)
    assert [cause.key for cause in gates.blocking_alerts(in_production.model_id)] == [f"alert:{alert.pk}"]
    assert gates.blocking_alerts(in_production.model_id + 1) == []
    assert not gates.deployment_verdict(in_production).proceeds


def test_only_the_way_to_production_is_gated(model_version, cora):
    register(FIXED, cora)
    assert gates.promotion_verdict(model_version, "staging").proceeds
    assert not gates.promotion_verdict(model_version, "production").proceeds


def test_what_can_be_overridden_leaves_the_stage_out(model_version, cora):
    register(FIXED, cora)
    assert [cause.key.partition(":")[0] for cause in gates.causes_to_override(model_version)] == ["orders_3d"]


def test_the_pins_of_a_deployment_decide_before_the_current_version(in_production, cora):
    assert gates.deployment_verdict(in_production).conflicts == ()
    register(FIXED, cora)
    (conflict,) = gates.deployment_verdict(in_production).conflicts
    assert gates.deployment_verdict(in_production, pins={"orders_3d": conflict.trained_on}).conflicts == ()


def test_a_look_records_nothing_and_the_decisions_of_a_week_are_counted(in_production, second, cora):
    recorded = GateDecision.objects.count()
    gates.deployment_verdict(in_production)
    assert GateDecision.objects.count() == recorded
    for version in (in_production, second):
        evaluate_deployment_gate(version, actor=cora)
    now, everybody = timezone.now(), of_organization(None)
    assert gates.decisions_since(now - timedelta(days=7), everybody)["PROCEED"] >= 2
    assert gates.decisions_since(now, everybody) == {}
    assert gates.decisions_since(
        now - timedelta(days=7), of_organization(0, "model_version__model")
    ) == gates.decisions_since(now - timedelta(days=7), everybody), "their team belongs to no organization"
