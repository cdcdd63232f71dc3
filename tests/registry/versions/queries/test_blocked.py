"""The production versions whose serving differs from training, with two versions and two features."""

from __future__ import annotations

import pytest

from registry.versions.actions.pins import pin_features
from registry.versions.queries.blocked import blocked_in_production
from registry.versions.queries.snapshots import recorded_snapshot
from tests.registry.conftest import FIXED, REWRITTEN, register

pytestmark = pytest.mark.postgresql


def test_a_rewritten_definition_blocks_nothing(in_production, cora):
    register(REWRITTEN, cora)
    assert blocked_in_production() == []


def test_a_changed_definition_blocks_each_version_in_production_that_has_no_pin(in_production, second, cora):
    register(FIXED, cora)
    blocked = blocked_in_production()
    assert blocked == [in_production, second]
    assert [version.conflicting for version in blocked] == [["orders_3d"], ["orders_3d"]]
    pin_features(second, recorded_snapshot(second), actor=cora)
    assert blocked_in_production() == [in_production]


def test_what_is_not_in_production_is_not_listed(model_version, cora):
    register(FIXED, cora)
    assert blocked_in_production() == []
