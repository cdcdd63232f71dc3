"""A pin keeps serving on the version trained on, and every change of one is on record."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from registry.models import FeaturePin
from registry.versions.actions.gates import evaluate_deployment_gate as ask
from registry.versions.actions.pins import pin_features
from registry.versions.queries import snapshots
from tests.registry.conftest import FIXED, contributor, register

pytestmark = pytest.mark.postgresql


def test_a_pin_on_the_trained_version_opens_the_gate(in_production, cora):
    register(FIXED, cora)
    trained = snapshots.recorded_snapshot(in_production)
    assert pin_features(in_production, trained, actor=cora) == trained
    assert ask(in_production, actor=cora).decision == "PROCEED"


def test_lifting_the_pin_closes_it_again(in_production, cora):
    register(FIXED, cora)
    pin_features(in_production, snapshots.recorded_snapshot(in_production), actor=cora)
    assert pin_features(in_production, {"orders_3d": None}, actor=cora) == {}
    assert ask(in_production, actor=cora).decision == "BLOCKED"


def test_a_pin_on_a_version_that_was_not_trained_on_is_refused(in_production, cora):
    fixed = register(FIXED, cora).version
    with pytest.raises(Invalid) as refused:
        pin_features(in_production, {"orders_3d": fixed.name, "nobody": None}, actor=cora)
    assert {fault.code for fault in refused.value.faults} == {"not_trained_on", "not_in_snapshot"}
    assert not FeaturePin.objects.exists()


def test_another_team_pins_nothing(in_production):
    with pytest.raises(NotAllowed):
        pin_features(in_production, {"orders_3d": None}, actor=contributor("data-platform"))


def test_a_pin_that_is_set_again_or_removed_twice_is_one_event_each(in_production, cora):
    trained = snapshots.recorded_snapshot(in_production)
    for pins in (trained, trained, {"orders_3d": None}, {"orders_3d": None}):
        pin_features(in_production, pins, actor=cora)
    events = AuditEvent.objects.filter(action__startswith="feature_pin.").order_by("sequence")
    assert [event.action for event in events] == ["feature_pin.set", "feature_pin.lifted"]
    assert events[1].content | trained == events[1].content | {"orders_3d": events[1].content["version"]}


def test_one_wrong_name_stops_the_right_ones(in_production, cora):
    trained = snapshots.recorded_snapshot(in_production)
    with pytest.raises(Invalid, match="Choose from its features: orders_3d"):
        pin_features(in_production, trained | {"nobody": "abc"}, actor=cora)
    assert not FeaturePin.objects.exists()


def test_a_pin_of_one_version_leaves_another_version_alone(in_production, second, cora):
    pin_features(second, snapshots.recorded_snapshot(second), actor=cora)
    assert snapshots.pinned_versions(in_production) == {}


def events():
    return [
        event.content for event in AuditEvent.objects.filter(action__startswith="feature_pin.").order_by("sequence")
    ]


def test_the_reason_is_stored_and_on_record(in_production, cora):
    (trained,) = snapshots.recorded_snapshot(in_production).values()
    pin_features(in_production, {"orders_3d": trained}, reasons={"orders_3d": " Until it is retrained. "}, actor=cora)
    assert FeaturePin.objects.get().reason == "Until it is retrained."
    pin_features(in_production, {"orders_3d": None}, reasons={"orders_3d": "Retrained."}, actor=cora)
    put, removed = events()
    assert put["reason"] == "Until it is retrained."
    assert put["changes"]["reason"] == {"from": "", "to": "Until it is retrained."}
    assert (removed["reason"], removed["changes"]["reason"]) == (
        "Retrained.",
        {"from": "Until it is retrained.", "to": ""},
    )
    assert removed["changes"]["version"] == {"from": trained, "to": None}


def test_a_pin_without_a_reason_keeps_the_form_it_had(in_production, cora):
    trained = snapshots.recorded_snapshot(in_production)
    pin_features(in_production, trained, actor=cora)
    assert FeaturePin.objects.get().reason == ""
    assert "reason" not in events()[0]["changes"]


def test_another_reason_for_the_same_pin_is_recorded_and_none_changes_nothing(in_production, cora):
    trained = snapshots.recorded_snapshot(in_production)
    for reason in ("First.", "Second.", "Second.", ""):
        pin_features(in_production, trained, reasons={"orders_3d": reason}, actor=cora)
    assert FeaturePin.objects.get().reason == "Second."
    assert [sorted(event["changes"]) for event in events()] == [["reason", "version"], ["reason"]]
