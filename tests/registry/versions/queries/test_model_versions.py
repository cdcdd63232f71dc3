"""Lists of models and versions, with two of each."""

from __future__ import annotations

import pytest

from platform_site.errors import Unknown
from registry.versions.actions import registration
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.registration import register_model
from registry.versions.queries import model_versions
from tests.registry.conftest import ARTIFACT, FIXED, lineage, register, source_changed
from tests.registry.versions.alerts import opened

pytestmark = pytest.mark.postgresql


def test_each_model_counts_its_own_versions_and_open_alerts_once(second, cora):
    register_model(name="another", owner_team="forecasting", actor=cora)
    for name, state in (("a", "open"), ("b", "acknowledged"), ("over", "resolved")):
        opened(second.model, cora, name=name, state=state)
    another, demand = model_versions.models()
    assert (another.name, another.version_count, another.open_alerts, another.in_production) == ("another", 0, 0, [])
    assert (demand.version_count, demand.open_alerts) == (2, 2)
    assert [version.version for version in demand.in_production] == ["v2", "v1"]


def test_versions_and_decisions_are_those_of_their_parent(in_production, second, cora):
    other = register_model(name="another", owner_team="forecasting", actor=cora)
    assert [version.version for version in model_versions.versions(second.model)] == ["v2", "v1"]
    assert list(model_versions.versions(other)) == []
    decision = evaluate_deployment_gate(second, actor=cora)
    assert model_versions.decisions(second)[0] == decision
    assert decision not in model_versions.decisions(in_production)


def test_what_does_not_exist_is_named(in_production):
    with pytest.raises(Unknown, match="There is no model nobody"):
        model_versions.model("nobody")
    with pytest.raises(Unknown, match="There is no model version demand v9"):
        model_versions.version("demand", "v9")
    assert model_versions.version("demand", "v1") == in_production


def test_features_are_compared_as_each_version_was_trained(in_production, second, orders, cora):
    register(FIXED, cora)
    source_changed(orders, cora, event_time="order_id")
    third = registration.register_version(
        in_production.model, version="v3", artifact=ARTIFACT, lineage_parts=lineage(orders), actor=cora
    )
    (same,) = model_versions.compare_versions(in_production, second).features
    assert (same.kind, same.before) == ("same", same.after)
    (changed,) = model_versions.compare_versions(in_production, third).features
    assert changed.differs
    assert "version of source table 1 → 2" in changed.kind
    assert "null handling" in changed.kind


def test_a_feature_that_one_version_lacks_is_added_or_removed(in_production, second, lifted_triggers):
    with lifted_triggers():
        second.snapshot.entries.all().delete()
    assert [row.kind for row in model_versions.compare_versions(in_production, second).features] == ["removed"]
    assert [row.kind for row in model_versions.compare_versions(second, in_production).features] == ["added"]


def test_the_newest_value_of_each_slice_is_compared(in_production, second, cora):
    for value in (0.2, 0.1):
        registration.add_evaluations(second, [{"metric": "mape", "value": value, "slice": "region=north"}], actor=cora)
    rows = {row.name: row for row in model_versions.compare_versions(in_production, second).metrics}
    assert (rows["mape, region=north"].after, rows["mape, region=north"].kind) == (0.1, "added")
