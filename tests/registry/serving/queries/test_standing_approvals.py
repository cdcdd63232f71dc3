"""What the fast lane compares, as the registry has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from platform_site.errors import Unknown
from platform_site.people.models import User
from registry.serving.queries import standing_approvals
from registry.serving.rules.configuration import Configuration
from tests.registry.conftest import TRAINED, source_changed
from tests.registry.serving.lanes import person, requested, stands


def test_a_version_is_compared_by_what_it_was_trained_on(serving, second, orders, cora):
    side = standing_approvals._side(second, Configuration())
    name = second.snapshot.entries.get().feature_version.name
    assert (side.version, side.features, side.computes) == ("v2", {"orders_3d": name}, {"orders_3d": name})
    assert side.sources == {"orders_3d": "orders version 1"}
    assert side.metrics == {("mape", ""): 0.12}
    assert {"code", "container", "hyperparameters", "type"} == side.recipe.keys()
    pinned = standing_approvals._side(second, Configuration({"v2": 5}, pins={"v2": {"orders_3d": name}}))
    assert pinned.computes == side.computes
    source_changed(orders, cora, entity_key=["order_id"])
    assert standing_approvals._side(second, Configuration()).sources == side.sources  # as it was at training


def test_the_lanes_of_a_model_with_why_one_covers_nothing(serving, second, cora):
    anna = person("anna")
    assert standing_approvals.fast_lanes(second.model) == []
    lane = stands(second.model, cora, anna)
    waits = requested(second.model, cora, most_points=30)
    (row,) = standing_approvals.fast_lanes(second.model)
    assert (row.environment, row.current, row.problem, row.waiting) == ("production", lane, "", waits)
    second.model.regulated = True
    second.model.save()
    (row,) = standing_approvals.fast_lanes(second.model)
    assert row.problem.startswith("The model is regulated")
    assert list(standing_approvals.in_force()) == [lane]
    assert list(standing_approvals.waiting()) == [waits]
    assert list(standing_approvals.awaiting_decision_of(anna)) == [waits]
    assert list(standing_approvals.awaiting_decision_of(cora)) == []
    assert list(standing_approvals.awaiting_decision_of(replace(anna, holds=frozenset({cora.name})))) == []
    User.objects.create_user("ci", is_service=True)
    assert "without an owner" in standing_approvals.approver_problem(lane, "ci")
    assert standing_approvals.approver_problem(lane, cora.name) == ""
    assert standing_approvals.standing_approval(lane.pk) == lane
    with pytest.raises(Unknown):
        standing_approvals.standing_approval(0)


def test_the_baseline_is_the_version_with_most_traffic(serving, second, in_production):
    model = second.model
    assert standing_approvals.baseline_of(model, "nowhere") is None
    assert standing_approvals.baseline_of(model, "production") == {
        "version": "v1",
        "metrics": [{"metric": "mape", "slice": "", "value": 0.12}],
    }
    assert TRAINED.source_table == "orders"
