"""The production versions whose serving differs from training, with two versions and two features."""

from __future__ import annotations

import pytest

from platform_site.audit.until_changed import Happened
from registry.checks.actions.checks import define_parity
from registry.models import CheckRun, ModelVersion
from registry.versions.actions.pins import pin_features
from registry.versions.queries import blocked as subject
from registry.versions.queries.blocked import blocked_in_production, concerned
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


def about(*subjects: str) -> list[int] | None:
    return concerned([Happened("some.event", name) for name in subjects])


def test_the_versions_that_a_subject_names_and_those_with_its_feature(in_production, second, cora):
    first = in_production.pk
    in_stage = {version.pk for version in ModelVersion.objects.filter(stage="production")}
    assert first in in_stage
    assert about(f"model_version:demand/{in_production.version}") == [first]
    assert set(about("feature:orders_3d")) == in_stage
    assert set(about("model:demand")) == set(ModelVersion.objects.values_list("pk", flat=True))
    assert set(about("feature_version:orders_3d@0123456789ab", "check:some")) == in_stage
    assert about("feature:another", "model:other", "model_version:a/b/c", "check_run:0") == []


def test_a_version_that_left_production_is_looked_at_again(in_production):
    ModelVersion.objects.update(stage="archived")
    assert about(f"model_version:demand/{in_production.version}") == [in_production.pk]


def test_a_run_is_about_the_feature_that_it_compares(in_production, feature, cora):
    trained = feature.current
    register(FIXED, cora)
    feature.refresh_from_db()
    check = define_parity(trained, feature.current, parameters={}, actor=cora)
    run = CheckRun.objects.create(check_definition=check, created_at=check.created_at, requested_by="cora")
    assert about(f"check_run:{run.pk}") == [in_production.pk]


@pytest.mark.parametrize("name", ["source_table:orders", "gate_settings", "team:forecasting", "dataset:orders", "odd"])
def test_any_other_event_may_be_about_everything(db, name):
    assert about(name, "feature:orders_3d") is None


def test_so_are_too_many_versions(in_production, monkeypatch):
    monkeypatch.setattr(subject, "MOST_VERSIONS", 0)
    assert about("model:demand") is None
