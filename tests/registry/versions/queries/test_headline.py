"""What can be said of everything in production at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.data.actions.source_tables import add_source_version
from registry.models import Alert, ModelVersion
from registry.versions.actions.no_features import confirm_no_features
from registry.versions.actions.overrides import approve_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import register_version
from registry.versions.queries.blocked import blocked_in_production
from registry.versions.queries.blocked_since import blocked_since
from registry.versions.queries.headline import blocked_now, headline, headline_now
from registry.versions.queries.snapshots import recorded_snapshot
from tests.locks.sessions import meanwhile
from tests.registry.conftest import ARTIFACT, FIXED, TRAINED, lineage, register, source_changed
from tests.registry.serving.actions.test_reports import CHANGED, report
from tests.registry.serving.story import ANN, approved
from tests.registry.versions.alerts import opened

pytestmark = pytest.mark.postgresql


def in_production_too(model, orders, actor, **parts):
    version = register_version(
        model, version="v7", artifact=ARTIFACT, lineage_parts=lineage(orders, **parts), actor=actor
    )
    if version.uses_no_features:
        confirm_no_features(version, actor=ANN)
    for stage in ("staging", "production"):
        promote(version, stage, actor=actor)
        version.refresh_from_db()
    approved(version, actor, percent=50)
    return version


def test_it_claims_what_rests_on_definitions(serving):
    assert headline().claims
    assert headline()[2:] == (1, 0, 0, 0)
    ModelVersion.objects.update(stage="staging")
    assert not headline().claims  # nothing is in production


def test_a_stage_alone_serves_nothing(in_production):
    assert not headline().claims
    assert headline().reserve == "1 model version in the stage production without a deployment"


def test_a_version_whose_traffic_was_taken_away_serves_nothing(serving, second, cora):
    approved(second, cora, percent=100)
    assert headline().undeployed == 1


def test_a_changed_definition_stands_against_it(in_production, cora):
    register(FIXED, cora)
    assert (headline().blocked, headline().claims) == ([in_production], False)


def test_open_skew_and_blocking_alerts_stand_against_it(in_production, serving, cora):
    report(in_production, cora, orders_3d=CHANGED)
    assert [alert.finding for alert in headline().alerts] == ["skew"]
    assert not headline().claims
    Alert.objects.update(state="resolved", resolved_at=in_production.registered_at)
    assert headline().claims
    opened(in_production.model, cora, blocking=False, name="informs")
    assert headline().claims
    blocking = opened(in_production.model, cora)
    assert list(headline().alerts) == [blocking]
    ModelVersion.objects.update(stage="staging")
    assert headline().alerts == []


def test_features_compared_by_name_only_are_a_reserve(serving, model, orders, cora):
    register(TRAINED._replace(computation_logic="order_count"), cora, name="order_count")
    in_production_too(model, orders, cora, feature_snapshot={"latest": ["orders_3d", "order_count"]})
    assert headline().reserve == "1 of 2 features compared by name only"
    assert not headline().claims
    upstream = {"kind": "other", "name": "orders.sql", "digest": "a" * 64}
    add_source_version(orders, orders.current.source._replace(upstream=upstream), reason="Now known.", actor=cora)
    assert headline().claims


def test_a_version_without_features_is_a_reserve(serving, model, orders, cora):
    in_production_too(model, orders, cora, feature_snapshot={}, uses_no_features=True)
    assert headline().reserve == "1 model version without features: nothing can be compared"
    assert not headline().claims


def test_the_queries_are_seven_whatever_is_in_production(in_production, second, django_assert_num_queries):
    with django_assert_num_queries(7):
        headline()


def same(organization_id=None) -> bool:
    blocked = blocked_in_production()
    assert [version.conflicting for version in blocked_now()[0]] == [version.conflicting for version in blocked]
    assert blocked_now() == (blocked, blocked_since(blocked))
    return headline_now(organization_id) == headline(organization_id)


def test_what_was_computed_before_is_what_is_true_now(serving, second, model, orders, cora, monkeypatch):
    version, trained = serving.model_version, recorded_snapshot(serving.model_version)
    tomorrow = timezone.now() + timedelta(days=1)
    changes = {
        "nothing yet": lambda: None,
        "traffic moves": lambda: approved(second, cora, percent=50),
        "a definition changes": lambda: register(FIXED, cora),
        "a pin": lambda: pin_features(version, trained, actor=cora),
        "a pin goes": lambda: pin_features(version, {"orders_3d": None}, actor=cora),
        "an override is requested": lambda: request_override(version, reason="x", expires_at=tomorrow, actor=cora),
        "an override is approved": lambda: approve_override(version.overrides.get(), actor=ANN),
        "a table is described anew": lambda: source_changed(orders, cora, event_time="order_id"),
        "serving reports": lambda: report(version, cora, orders_3d=CHANGED),
        "another version": lambda: in_production_too(model, orders, cora, feature_snapshot={}, uses_no_features=True),
    }
    for name, change in changes.items():
        headline_now()
        change()
        assert same(), name
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert same()


def test_after_a_change_of_one_feature_the_models_of_others_are_not_looked_at(
    serving, second, cora, django_assert_max_num_queries
):
    blocked_now()
    register(TRAINED, cora, name="orders_twin")
    with django_assert_max_num_queries(6), CaptureQueriesContext(connection) as queries:
        assert blocked_now() == ([], {})
    assert not [query for query in queries.captured_queries if "registry_featurepin" in query["sql"]]


def test_a_second_view_counts_nothing_again(serving, second, django_assert_num_queries):
    headline_now()
    with django_assert_num_queries(3):  # the newest event twice, and the alerts
        headline_now()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_committed_meanwhile_is_seen_once_it_is(in_production, cora):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets nobody read beside an open write")
    assert headline_now().blocked == []
    assert meanwhile(lambda: register(FIXED, cora), headline_now).blocked == []
    assert headline_now().blocked == [in_production]
