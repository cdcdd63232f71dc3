"""A requested change: every fault in it at its limits, and what a preview shows."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid
from registry.models import GateDecision
from registry.serving.queries.proposals import Proposal, preview, proposal_faults
from registry.serving.rules.configuration import MOST_THRESHOLDS, Configuration
from tests.registry.serving.story import STEPS


def faults(version, *, environment="production", reason="", **proposed):
    result = proposal_faults(version, environment, Proposal(**proposed), reason)
    return [(fault.field, fault.code) for fault in result]


@pytest.mark.parametrize(("percent", "expected"), [(0, False), (100, False), (-1, True), (101, True)])
def test_a_percentage_is_from_0_to_100(in_production, percent, expected):
    assert faults(in_production, percent=percent) == ([("traffic_percent", "out_of_range")] if expected else [])


def test_a_reason_and_thresholds_have_a_limit(in_production):
    most = {f"limit_{number}": 1.0 for number in range(MOST_THRESHOLDS)}
    assert faults(in_production, percent=5, reason="x" * 4_000, thresholds=most) == []
    assert faults(in_production, percent=5, reason="x" * 4_001, thresholds=most | {"more": 1.0}) == [
        ("thresholds", "malformed"), ("reason", "too_long"),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_threshold_is_a_finite_number_or_removed(in_production, value):
    assert faults(in_production, percent=5, thresholds={"alarm": value}) == [("thresholds.alarm", "invalid")]
    assert faults(in_production, percent=5, thresholds={"alarm": None}) == []


def test_a_pin_names_a_feature_of_the_snapshot_and_one_of_its_versions(in_production, feature):
    known = {"orders_3d": feature.current.name}
    assert (
        faults(in_production, percent=5, pins=known) == faults(in_production, percent=5, pins={"orders_3d": None}) == []
    )
    assert faults(in_production, percent=5, pins={"orders_3d": "none", "nobody": None}) == [
        ("feature_pins.orders_3d", "unknown"), ("feature_pins.nobody", "not_in_snapshot"),
    ]  # fmt: skip


def test_the_percentage_may_be_left_out_only_where_the_version_serves(serving, in_production, second):
    assert faults(in_production, thresholds={"alarm": 0.6}) == []
    assert faults(second, thresholds={"alarm": 0.6}) == [("traffic_percent", "missing")]
    assert faults(in_production, environment="staging") == [("traffic_percent", "missing")]


def test_steps_begin_above_the_traffic_of_now(serving, in_production, second):
    assert faults(second, steps=STEPS) == []
    assert faults(in_production, steps=STEPS) == [("steps", "invalid")]


def test_a_preview_shows_both_sides_and_writes_nothing(serving, second):
    before = AuditEvent.objects.count(), GateDecision.objects.count()
    seen = preview(second, "production", Proposal(steps=STEPS))
    assert (seen.base.weights, seen.head.weights) == ({"v1": 100}, {"v2": 100})
    assert (seen.reach.needs_approval, seen.verdict.proceeds) == (True, True)
    assert (AuditEvent.objects.count(), GateDecision.objects.count()) == before
    with pytest.raises(Invalid):
        preview(second, "production", Proposal(percent=101))


def test_what_is_left_out_stays():
    base = Configuration({"v1": 100}, {"alarm": 0.5}, {"v1": {"orders": "aaa"}})
    assert Proposal().upon(base, "v1") == base
    assert Proposal(percent=50, steps=STEPS).upon(base, "v2").weights == {"v2": 100}, "the last step decides"
