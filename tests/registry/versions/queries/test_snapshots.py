"""What a snapshot's names resolve to, and what serving computes for a version."""

from __future__ import annotations

import pytest

from registry.versions.actions.pins import pin_features
from registry.versions.queries import snapshots
from tests.registry.conftest import FIXED, register
from tests.registry.serving.story import approved, ask

pytestmark = pytest.mark.postgresql


def test_serving_computes_the_trained_version_or_the_pin_never_the_latest(in_production, cora):
    register(FIXED, cora)
    assert [version.number for version in snapshots.serving_features(in_production)] == [1]


@pytest.mark.parametrize("content", [None, [], "orders_3d", 7])
def test_what_is_not_an_object_names_nothing(db, content):
    assert snapshots.resolve_snapshot(content) == ([], [])


def test_names_resolve_to_their_version_or_to_a_fault_each(feature, cora):
    first = feature.versions.get()
    fixed = register(FIXED, cora).version
    assert snapshots.resolve_snapshot({"orders_3d": first.name}) == ([first], [])
    assert snapshots.resolve_snapshot({"latest": ["orders_3d", 7]}) == ([fixed], [])
    entries, faults = snapshots.resolve_snapshot({"orders_3d": 7, "nobody": "abc", "latest": ["stranger"]})
    assert entries == []
    assert [fault.field.rpartition(".")[2] for fault in faults] == ["orders_3d", "nobody", "stranger"]
    assert "at version abc" in faults[1].message
    assert "at version" not in faults[2].message


def test_a_version_of_another_feature_is_not_taken(feature, cora):
    other = register(FIXED, cora, name="orders_7d").version
    entries, faults = snapshots.resolve_snapshot({"orders_3d": other.name})
    assert (entries, len(faults)) == ([], 1)


def test_where_a_version_serves_now(in_production, second, cora):
    assert snapshots.serving_environments(in_production) == []
    approved(in_production, cora, percent=100)
    approved(in_production, cora, environment="elsewhere", percent=100)
    assert snapshots.serving_environments(in_production) == ["elsewhere", "production"]
    ask(in_production, cora, environment="elsewhere", percent=0)
    assert snapshots.serving_environments(in_production) == ["production"]
    assert snapshots.serving_environments(second) == []


def test_a_deployments_pins_come_before_the_versions_own_where_it_serves_alone(in_production, cora):
    trained = snapshots.recorded_snapshot(in_production)
    register(FIXED, cora)
    assert snapshots.deployed_pins(in_production, "production") == {}
    approved(in_production, cora, percent=100, pins=trained)
    assert snapshots.deployed_pins(in_production, "production") == trained
    assert snapshots.deployed_pins(in_production, "elsewhere") == {}
    assert [used.pinned for used in snapshots.used_features(in_production)] == [False]
    assert [used.pinned for used in snapshots.used_features(in_production, trained)] == [True]
    assert [used.pinned for used in snapshots.used_features(in_production, {"orders_3d": "unknown"})] == [False]


def test_serving_computes_the_pin_of_its_environment(in_production, cora):
    trained = snapshots.recorded_snapshot(in_production)
    pin_features(in_production, trained, actor=cora)
    assert [version.name for version in snapshots.serving_features(in_production, "production")] == [*trained.values()]


def test_a_feature_says_which_pin_decides_and_why(in_production, cora):
    assert [row.pin for row in snapshots.serving_features(in_production)] == [None]
    trained = snapshots.recorded_snapshot(in_production)
    pin_features(in_production, trained, reasons={"orders_3d": "Of the version."}, actor=cora)
    (own,) = snapshots.serving_features(in_production)
    assert own.pin[:3] == ("", "Of the version.", "cora")
    approved(in_production, cora, percent=100, pins=trained, reason="Because.")
    (deployed,) = snapshots.serving_features(in_production, "production")
    assert (deployed.pin.environment, deployed.pin.reason) == ("production", "Because.")
    (elsewhere,) = snapshots.serving_features(in_production, "elsewhere")
    assert elsewhere.pin == own.pin


def test_the_pins_of_a_model_are_those_of_all_its_versions(in_production, second, cora):
    for version in (in_production, second):
        pin_features(version, snapshots.recorded_snapshot(version), actor=cora)
    assert {pin.model_version for pin in snapshots.pins_of_model(in_production.model)} == {in_production, second}


def test_a_version_without_a_snapshot_has_none(in_production, lifted_triggers):
    with lifted_triggers():
        in_production.snapshot.entries.all().delete()
        assert snapshots.used_features(in_production) == []
        in_production.snapshot.delete()
    assert snapshots.used_features(in_production) is None
    assert snapshots.recorded_snapshot(in_production) is None


def test_the_traffic_of_a_model_is_that_of_each_version_by_its_key(serving, second, in_production):
    traffic = snapshots.traffic_of(in_production.model)
    assert {pk: [share.percent for share in shares] for pk, shares in traffic.items()} == {in_production.pk: [100]}
