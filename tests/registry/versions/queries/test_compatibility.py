"""What compatibility is decided on: who changed what, who can approve, what the comparison rests on."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from platform_site.access import SYSTEM, Role
from platform_site.people.actions import create_user
from registry.compute.upstream import from_code
from registry.data.actions.datasets import take_snapshot
from registry.data.actions.source_tables import register_source_table, set_current_source
from registry.data.queries.source_tables import would_block
from registry.data.rules.source import Source
from registry.features.actions.current_version import set_current
from registry.models import FeaturePin, NoFeaturesConfirmation, SourceTable
from registry.versions.actions.overrides import approve_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.actions.registration import register_version
from registry.versions.queries.blocked import blocked_in_production
from registry.versions.queries.compatibility import approvers, compatibility_of
from registry.versions.queries.gates import deployment_verdict
from registry.versions.rules.message import first_line
from tests.registry.conftest import ARTIFACT, FIXED, TRAINED, lineage, register, source_changed
from tests.registry.versions.rules.test_compatibility import NOTHING

pytestmark = pytest.mark.postgresql
COLUMN = TRAINED._replace(computation_logic="order_count")


def test_a_conflict_names_who_made_the_version_current_when_and_why(in_production, cora):
    register(FIXED, cora, reason="The latency fix.")
    (conflict,) = compatibility_of(in_production).conflicts
    change = in_production.snapshot.entries.get().feature.current_changes.first()
    assert conflict.author == ("cora", change.changed_at, "The latency fix.")


def test_the_newest_change_to_that_version_counts(in_production, feature, cora):
    fixed, first = register(FIXED, cora, reason="The latency fix.").version, feature.versions.get(number=1)
    set_current(feature, first, reason="Back.", actor=cora)
    set_current(feature, fixed, reason="Forward again.", actor=cora)
    (conflict,) = compatibility_of(in_production).conflicts
    assert conflict.author.reason == "Forward again."


def test_a_pin_to_another_version_names_who_pinned_it(in_production, feature, cora):
    fixed = register(FIXED, cora, reason="The latency fix.").version
    pin_features(in_production, {"orders_3d": feature.versions.get(number=1).name}, actor=cora)
    assert compatibility_of(in_production).conflicts == ()
    pin = FeaturePin.objects.get()
    FeaturePin.objects.filter(pk=pin.pk).update(feature_version=fixed, pinned_by="otto")
    (conflict,) = compatibility_of(in_production).conflicts
    assert conflict.author == ("otto", pin.pinned_at, "It is pinned for this model version.")
    (deployed,) = compatibility_of(in_production, pins={"orders_3d": "000000000000"}).conflicts
    assert deployed.author.name == "otto"


def test_the_pin_of_a_deployment_has_no_author_of_its_own(in_production, cora):
    fixed = register(FIXED, cora).version
    (conflict,) = compatibility_of(in_production, pins={"orders_3d": fixed.name}).conflicts
    assert conflict.author.name == ""


def test_features_are_counted_by_what_their_comparison_rests_on(model, feature, orders, cora):
    register(COLUMN, cora, name="order_count")
    parts = lineage(orders, feature_snapshot={"latest": ["orders_3d", "order_count"]})
    version = register_version(model, version="v7", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    compared = compatibility_of(version)
    assert (compared.rests_on, compared.by_name, compared.blocks) == ((1, 0, 1), ("order_count",), False)


def test_at_most_five_approvers_are_named_and_the_requester_never(people, django_assert_num_queries):
    for name in ("zoe", "ann", "bea", "cy", "dan", "eva"):
        create_user(username=name, password="a plumb line hangs true", roles=[Role.APPROVER], actor=SYSTEM)
    with django_assert_num_queries(1):
        assert approvers("bea") == (("ann", "approver", "cy", "dan", "eva"), 1)
    assert approvers() == (("ann", "approver", "bea", "cy", "dan"), 2)


def test_only_active_people_can_approve(people):
    people["approver"].is_active = False
    people["approver"].save()
    assert approvers() == ((), 0)


@pytest.fixture
def without_features(model, orders, cora):
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    return register_version(model, version="v8", artifact=ARTIFACT, lineage_parts=parts, actor=cora)


@pytest.mark.parametrize(
    ("confirmed_by", "ending", "blocks"),
    [
        (None, "cora stated it; an approver other than cora must confirm it.", True),
        ("ann", "cora stated it and ann confirmed it.", False),
        ("", "It was stated before a second person had to confirm it.", False),
    ],
)
def test_that_a_version_uses_no_features_is_said_by_two_people(without_features, confirmed_by, ending, blocks):
    if confirmed_by is not None:
        NoFeaturesConfirmation.objects.create(model_version=without_features, confirmed_by=confirmed_by)
    compared = compatibility_of(without_features)
    assert [conflict.issue for conflict in compared.conflicts] == [f"{NOTHING} {ending}"]
    assert (compared.blocks, compared.rests_on) == (blocks, (0, 0, 0))


def test_the_queries_do_not_grow_with_the_features(in_production, orders, model, cora, django_assert_max_num_queries):
    names = [f"orders_{number}" for number in range(12)]
    for name in names:
        register(TRAINED, cora, name=name)
    parts = lineage(orders, feature_snapshot={"latest": names})
    version = register_version(model, version="v9", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    for name in names:
        register(FIXED, cora, name=name)
    for each, count in ((in_production, 0), (version, 12)):
        with django_assert_max_num_queries(11):
            assert len(deployment_verdict(each).conflicts) == count


# -- Case R2: the table beneath ----------------------------------------------------------------------------------------

MOVES = [
    ("another entity key", {"entity_key": ["order_id"]}, {"entity_key": [["customer_id"], ["order_id"]]}),
    ("another event time", {"event_time": "order_id"}, {"event_time": ["date", "order_id"]}),
    ("another key of rows", {"row_key": ["date"]}, {"row_key": [["order_id"], ["date"]]}),
    ("no data set", {"dataset": None}, {"dataset": ["orders", None]}),
]


@pytest.mark.parametrize(("why", "changed", "parts"), MOVES)
def test_the_table_beneath_a_feature_is_part_of_what_was_trained_on(why, changed, parts, in_production, orders, cora):
    assert deployment_verdict(in_production).proceeds
    blocked = [(version.model.name, version.version) for version in source_changed(orders, cora, **changed).would_block]
    assert blocked == [("demand", "v1")]
    (conflict,) = compatibility_of(in_production).conflicts
    assert (conflict.severity, conflict.as_dict()["source_change"], conflict.author.name) == ("WARNING", parts, "cora")
    assert conflict.author.reason == "It moved."
    verdict = deployment_verdict(in_production)
    assert not verdict.proceeds
    assert [way.kind for way in verdict.ways_out] == ["source", "retrain", "override"]
    assert [version.conflicting for version in blocked_in_production()] == [["orders_3d"]]
    back = set_current_source(SourceTable.objects.get(), orders.current, reason="It was wrong.", actor=cora)
    assert back.would_block == ()
    assert deployment_verdict(in_production).proceeds
    assert blocked_in_production() == []


def test_a_pin_does_not_open_the_gate_of_a_changed_table(in_production, feature, orders, cora):
    pin_features(in_production, {"orders_3d": feature.current.name}, actor=cora)
    source_changed(orders, cora, event_time="order_id")
    (conflict,) = compatibility_of(in_production).conflicts
    assert "The pin does not cover this" in conflict.issue
    assert blocked_in_production() == [in_production]


def test_an_override_covers_one_change_of_the_table_and_not_the_next(in_production, orders, cora, people, actor):
    source_changed(orders, cora, event_time="order_id")
    override = request_override(
        in_production, reason="Known.", expires_at=timezone.now() + timedelta(days=1), actor=cora
    )
    approve_override(override, actor=actor("approver"))
    assert deployment_verdict(in_production).proceeds
    assert blocked_in_production() == []
    source_changed(orders, cora, entity_key=["order_id"])
    assert not deployment_verdict(in_production).proceeds
    source_changed(orders, cora, entity_key=["customer_id"])
    assert deployment_verdict(in_production).proceeds
    register(FIXED, cora)
    assert [cause.key.startswith("orders_3d:") for cause in deployment_verdict(in_production).causes] == [True]


def test_to_learn_what_computes_a_table_is_no_change_and_the_next_change_is_one(in_production, orders, cora):
    learned = from_code("dbt", "orders.sql", "select coalesce(a, 0) from t", dialect="duckdb").as_dict()
    changed = from_code("dbt", "orders.sql", "select a from t", dialect="duckdb").as_dict()
    assert source_changed(orders, cora, upstream=learned).would_block == ()
    assert compatibility_of(in_production).conflicts == ()
    assert source_changed(orders, cora, upstream=changed).would_block == (in_production,)
    (conflict,) = compatibility_of(in_production).conflicts
    assert (
        conflict.issue
        == "Its source table orders changed since training: upstream changed: null handling (orders.sql)."
    )
    assert source_changed(orders, cora, upstream=learned).would_block == ()


def test_going_back_to_the_version_trained_on_blocks_nothing_whatever_was_learned_since(in_production, orders, cora):
    learned = from_code("dbt", "orders.sql", "select a from t", dialect="duckdb").as_dict()
    source_changed(orders, cora, upstream=learned)
    first = orders.versions.get(number=1)
    assert would_block(first) == ()
    set_current_source(SourceTable.objects.get(), first, reason="It was a guess.", actor=cora)
    assert deployment_verdict(in_production).proceeds
    assert blocked_in_production() == []


def test_a_table_described_after_training_counts_from_its_first_version(model, teams, cora, orders):
    register(TRAINED._replace(source_table="later"), cora, name="later_3d")
    parts = lineage(orders, feature_snapshot={"latest": ["later_3d"]})
    version = register_version(model, version="v8", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    assert version.snapshot.entries.get().source_version is None
    table, _ = register_source_table(
        "later", Source(None, ["customer_id"], "date"), owner_team="forecasting", actor=cora
    )
    assert compatibility_of(version).conflicts == ()
    source_changed(table, cora, dataset="orders")
    assert compatibility_of(version).conflicts == ()
    source_changed(table, cora, event_time="order_id")
    assert [conflict.severity for conflict in compatibility_of(version).conflicts] == ["WARNING"]


def test_a_described_upstream_is_more_than_a_name(model, orders, cora):
    source_changed(orders, cora, upstream=from_code("dbt", "o.sql", "select 1", dialect="duckdb").as_dict())
    register(COLUMN, cora, name="order_count")
    parts = lineage(orders, feature_snapshot={"latest": ["order_count"]})
    version = register_version(model, version="v7", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    assert compatibility_of(version).rests_on == (1, 0, 0)


def test_files_that_are_others_on_record_since_training_are_to_be_known_and_block_nothing(
    in_production, orders, cora, data_root
):
    pq.write_table(pa.table({"order_id": [1, 2], "date": [None, None]}), data_root / "orders.parquet")
    assert compatibility_of(in_production).conflicts == ()
    take_snapshot(orders.current.dataset, actor=cora)
    (note,) = compatibility_of(in_production).conflicts
    assert (note.severity, note.feature) == ("INFO", "")
    assert note.issue.startswith("The data set orders changed since training: its newest snapshot has 2 rows (")
    verdict = deployment_verdict(in_production)
    assert verdict.proceeds
    assert "no features declared" not in first_line(verdict.as_dict())
