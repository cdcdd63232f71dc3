"""What a model version was trained on is recorded once."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.versions.actions.registration import register_version
from registry.versions.actions.snapshots import record_snapshot
from registry.versions.queries.snapshots import recorded_snapshot
from tests.registry.conftest import ARTIFACT, FIXED, contributor, lineage, register

pytestmark = pytest.mark.postgresql


def test_a_snapshot_recorded_again_with_the_same_content_changes_nothing(model_version, feature, cora):
    assert record_snapshot(model_version, {"orders_3d": feature.versions.get().name}, actor=cora) is False


def test_a_snapshot_with_other_content_is_refused(model_version, cora):
    fixed = register(FIXED, cora).version
    with pytest.raises(Refused) as refused:
        record_snapshot(model_version, {"orders_3d": fixed.name}, actor=cora)
    assert refused.value.detail["recorded"] != {"orders_3d": fixed.name}


def test_nothing_and_unknown_names_are_no_snapshot(model_version, cora):
    for content in ({}, {"latest": []}, {"nobody": "37e8f223574c"}):
        with pytest.raises(Invalid):
            record_snapshot(model_version, content, actor=cora)


def test_another_team_records_nothing(model_version):
    with pytest.raises(NotAllowed, match="belongs to team forecasting"):
        record_snapshot(model_version, {"latest": ["orders_3d"]}, actor=contributor("data-platform"))


def test_a_missing_snapshot_is_recorded_with_its_event(model, feature, orders, cora, lifted_triggers):
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    version = register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    with lifted_triggers():
        version.snapshot.delete()
    version.refresh_from_db()
    assert record_snapshot(version, {"latest": ["orders_3d"]}, actor=cora) is True
    assert recorded_snapshot(version) == {"orders_3d": feature.current.name}
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.content) == ("model_version.snapshot_recorded", recorded_snapshot(version))
