"""The dependency graph that is read for a feature, a model and a source table."""

from __future__ import annotations

from registry.serving.queries.graph import around_feature, around_model, around_source
from registry.versions.actions.registration import register_version
from tests.registry.conftest import ARTIFACT, FIXED, lineage, register
from tests.registry.serving.story import approved


def labels(graph, column):
    return sorted(node.label for node in graph.nodes if node.column == column)


def test_a_feature_shows_all_its_versions_and_a_model_only_those_it_uses(model_version, feature, cora):
    register(FIXED, cora)
    whole, own = around_feature(feature), around_model(model_version.model)
    assert len(labels(whole, 1)) == 2
    assert labels(own, 1) == [feature.versions.get(number=1).name]
    assert labels(whole, 0) == labels(own, 0) == ["orders"]
    assert labels(whole, 2) == labels(own, 2) == ["demand v1"]
    current = [node.label for node in whole.nodes if node.tone == "current"]
    feature.refresh_from_db()
    assert current == [feature.current.name]


def test_two_models_on_one_feature_version_share_its_node(model_version, feature, orders, cora):
    register_version(model_version.model, version="v2", artifact=ARTIFACT, lineage_parts=lineage(orders), actor=cora)
    graph = around_feature(feature)
    (own,) = (node.key for node in graph.nodes if node.column == 1)
    assert labels(graph, 2) == ["demand v1", "demand v2"]
    assert sum(start == own for start, _ in graph.edges) == 2


def test_a_stage_alone_leads_nowhere(in_production, cora):
    assert labels(around_model(in_production.model), 3) == []
    approved(in_production, cora, percent=100)
    graph = around_model(in_production.model)
    assert labels(graph, 3) == ["production, revision 1"]
    assert [node.note for node in graph.nodes if node.column == 3] == ["v1 100%"]


def test_a_version_whose_gate_is_closed_is_marked(in_production, cora):
    register(FIXED, cora)
    (node,) = (node for node in around_source("orders").nodes if node.column == 2)
    assert (node.tone, node.note) == ("BLOCKED", "production")


def test_a_source_table_that_nothing_is_computed_from_has_no_graph(feature):
    assert around_source("payments") == ((), frozenset())
    assert labels(around_source("orders"), 0) == ["orders"]
