"""Imports through their actions: a plan first, applied once, nothing past a gate."""

from __future__ import annotations

import copy
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.checks.actions.checks import queue_run
from registry.checks.actions.execution import execute
from registry.compute.definition import Definition
from registry.data.actions.datasets import add_dataset
from registry.data.actions.source_tables import add_source_version, register_source_table
from registry.data.rules.source import Source
from registry.features.actions.registration import register_feature
from registry.imports.actions import apply_import, drop_import
from registry.imports.queries import plans as imports
from registry.models import (
    Check,
    Feature,
    FeatureVersion,
    ImportedRecord,
    ModelVersion,
    RegisteredModel,
    SourceTable,
)
from tests.registry.conftest import HEX, contributor, source_changed
from tests.registry.imports.documents import DBT, FEAST, run, tags
from tests.registry.imports.documents import mlflow as tracked
from tests.registry.imports.steps import TEAM, applied, counts, effects, offered, read, sentences

# -- Feast -------------------------------------------------------------------------------------------------------------


def test_a_plan_changes_nothing_and_applying_it_makes_what_it_said(cora):
    proposed = offered("feast", FEAST, cora)
    assert counts(proposed, cora) == {"create": 4, "cannot": 4}
    assert not SourceTable.objects.exists()
    done = applied(proposed, cora)
    assert counts(done, cora) == {"created": 4, "cannot": 4}
    assert list(Feature.objects.values_list("name", "owner_team__slug")) == [
        ("driver_hourly__conv_rate", TEAM), ("driver_hourly__daily_trips", TEAM), ("driver_hourly__renamed", TEAM),
    ]  # fmt: skip
    assert FeatureVersion.objects.get(feature__name="driver_hourly__renamed").computation_logic == "raw_name"
    where = ImportedRecord.objects.get(name="driver_hourly__renamed")
    assert (where.system, where.origin, where.external_id) == ("feast", "rides", "driver_hourly:renamed")
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert [action for action in actions if action.startswith("import.")] == ["import.offered", "import.applied"]
    assert actions.count("feature_version.registered") == 3
    assert actions[-1] == "import.applied"


def test_a_second_import_makes_nothing(cora):
    applied(offered("feast", FEAST, cora), cora)
    before = AuditEvent.objects.count()
    again = offered("feast", FEAST, cora)
    assert counts(again, cora) == {"already_there": 4, "cannot": 4}
    assert counts(applied(again, cora), cora)["already_there"] == 4
    assert AuditEvent.objects.count() == before + 2, "that it was looked at and applied, and no more"


def test_the_name_of_an_origin_is_cut_and_still_recognized(cora):
    document = FEAST | {"project": "p" * 501}
    first = applied(offered("feast", document, cora), cora)
    assert first.origin == "p" * 500
    assert counts(offered("feast", document, cora), cora)["already_there"] == 4


def test_twenty_imports_of_one_person_wait_at_most(cora):
    for number in range(20):
        offered("feast", FEAST | {"project": f"project {number}"}, cora)
    with pytest.raises(Refused, match="20 of your imports are waiting") as refused:
        offered("feast", FEAST, cora)
    assert refused.value.code == "too_many_imports"
    offered("feast", FEAST, contributor(TEAM, name="dana"))


def test_another_definition_is_a_new_version_that_the_plan_names(cora):
    applied(offered("feast", FEAST, cora), cora)
    document = copy.deepcopy(FEAST)
    document["featureViews"][0]["spec"]["features"][0]["valueType"] = "DOUBLE"
    proposed = offered("feast", document, cora)
    assert (
        sentences(proposed, cora)["driver_hourly__conv_rate"]
        == "A new version with changed data type. Gates compare with it."
    )
    assert counts(applied(proposed, cora), cora)["changed"] == 1
    assert Feature.objects.get(name="driver_hourly__conv_rate").current.number == 2


def test_a_feature_of_another_team_is_left_alone(cora):
    other = Definition("conv_rate + 1", "none", "float32", "driver_stats")
    register_feature(name="driver_hourly__conv_rate", owner_team="forecasting", definition=other, actor=cora)
    proposed = offered("feast", FEAST, cora)
    assert sentences(proposed, cora)["driver_hourly__conv_rate"] == (
        "Feature driver_hourly__conv_rate belongs to team forecasting. Only that team can change it."
    )
    assert effects(proposed, cora)["driver_hourly__conv_rate"] == "cannot"


def test_what_moved_since_the_plan_was_shown_is_shown_again(cora):
    proposed = offered("feast", FEAST, cora)
    digest = imports.plan(proposed, cora).digest
    register_source_table("driver_stats", Source(None, ["x"], "t"), owner_team="data-platform", actor=cora)
    with pytest.raises(Refused) as refused:
        apply_import(proposed, digest=digest, actor=cora)
    assert refused.value.detail["digest"] == imports.plan(proposed, cora).digest != digest
    assert not Feature.objects.exists()


def test_an_import_is_applied_once_and_then_stays_on_record(cora):
    proposed = offered("feast", FEAST, cora)
    applied(proposed, cora)
    again = imports.get_import(proposed.pk)
    with pytest.raises(Refused, match="has already been applied"):
        apply_import(again, digest="", actor=cora)
    with pytest.raises(Refused, match="is kept on record"):
        drop_import(again, actor=cora)


def test_only_contributors_of_the_team_import_for_it(cora, teams):
    for actor in (
        contributor("forecasting"),
        Actor("vera", frozenset({Role.VIEWER})),
        Actor("lea", frozenset({Role.LEAD})),
    ):
        with pytest.raises(NotAllowed):
            offered("feast", FEAST, actor)
    proposed = offered("feast", FEAST, cora)
    with pytest.raises(NotAllowed):
        apply_import(proposed, digest=imports.plan(proposed, cora).digest, actor=contributor("forecasting"))
    with pytest.raises(Invalid, match="There is no team 'nobody'"):
        offered("feast", FEAST, cora, team="nobody")


def test_what_is_no_longer_at_the_origin_is_said_and_stays_as_it_is(cora):
    applied(offered("feast", FEAST, cora), cora)
    document = copy.deepcopy(FEAST)
    fields = document["featureViews"][0]["spec"]["features"]
    fields[0]["name"] = "conversion_rate"
    del fields[1]
    later = offered("feast", document, cora)
    assert counts(later, cora) == {"create": 1, "already_there": 2, "gone": 2, "cannot": 4}
    assert sentences(later, cora)["driver_hourly__conv_rate"] == (
        "It is no longer at the origin. Nothing is changed here. Was it renamed to driver_hourly__conversion_rate?"
    )
    outcome = applied(later, cora)
    assert effects(outcome, cora)["driver_hourly__daily_trips"] == "gone"
    assert sentences(outcome, cora)["driver_hourly__daily_trips"].startswith("It is no longer at the origin.")
    assert Feature.objects.filter(name="driver_hourly__conv_rate", current__isnull=False).exists()
    assert counts(offered("feast", FEAST | {"project": "another"}, cora), cora).get("gone") is None


def test_what_can_no_longer_be_imported_is_not_said_to_be_gone(cora):
    applied(offered("feast", FEAST, cora), cora)
    document = copy.deepcopy(FEAST)
    document["featureViews"][0]["spec"]["features"][0]["valueType"] = "FLOAT_LIST"
    assert effects(offered("feast", document, cora), cora)["driver_hourly:conv_rate"] == "cannot"
    document["featureViews"][0]["spec"]["batchSource"]["timestampField"] = ""
    assert "gone" not in {
        effect for name, effect in effects(offered("feast", document, cora), cora).items() if "hourly" in name
    }


# -- dbt ---------------------------------------------------------------------------------------------------------------


def test_a_table_keeps_its_data_set_and_promises_become_a_check_of_it(orders, cora):
    source_changed(orders, cora, event_time="order_id")
    proposed = offered("dbt", DBT, cora)
    said_by = sentences(proposed, cora)
    assert said_by["orders"] == "Event time: order_id → date. Upstream is known from now on: models/orders.sql."
    check = next(name for name in said_by if name.startswith("dbt-orders-"))
    assert said_by[check] == "A schema check of customer_id, order_count, order_id."
    assert effects(applied(proposed, cora), cora) | {
        "orders": "changed",
        "raw_clicks": "created",
        check: "created",
    } == effects(imports.get_import(proposed.pk), cora)
    orders.refresh_from_db()
    assert (orders.current.dataset.name, orders.current.event_time, orders.current.row_key) == (
        "orders",
        "date",
        ["order_id"],
    )
    assert Check.objects.get(name=check).parameters["dataset"] == "orders"
    assert ImportedRecord.objects.get(kind="source_table", name="orders").about["sql"] == "select * from raw.orders"
    again = counts(offered("dbt", DBT, cora), cora)
    assert {effect: count for effect, count in again.items() if effect != "cannot"} == {"already_there": 3}


def test_what_was_there_before_learns_its_origin_and_nothing_else(orders, cora):
    before = SourceTable.objects.get(name="orders")
    document = copy.deepcopy(DBT)
    del document["nodes"]["model.shop.orders"]["compiled_code"]
    proposed = offered("dbt", document, cora)
    assert effects(proposed, cora)["orders"] == "keep_origin"
    assert effects(applied(proposed, cora), cora)["orders"] == "origin_kept"
    after = SourceTable.objects.get(name="orders")
    assert {**vars(after), "_state": None} == {**vars(before), "_state": None}
    assert ImportedRecord.objects.get(name="orders", kind="source_table").external_id == "model.shop.orders"


def test_promises_of_a_table_without_data_wait_until_it_is_bound(cora):
    said_by = sentences(offered("dbt", DBT, cora), cora)
    check = next(name for name in said_by if name.startswith("dbt-orders-"))
    assert said_by[check] == "orders is not bound to a data set. Bind it, then import again."


def test_what_dbt_promises_holds_over_the_data_as_it_does_in_dbt(cora, data_root):
    """Cases I6 and I8: a test that only warns fails nothing, and true and false are allowed values of a boolean column."""
    of_items = {
        "attached_node": "model.shop.items",
        "depends_on": {"nodes": ["model.shop.items"]},
        "resource_type": "test",
    }
    warns = {"column_name": "w", "test_metadata": {"name": "not_null", "kwargs": {}}, "config": {"severity": "warn"}}
    allowed = {"name": "accepted_values", "kwargs": {"values": [True, False], "quote": False}}
    fails = {"column_name": "ok", "test_metadata": allowed, "config": {"severity": "ERROR", "where": None}}
    config = {"event_time": "at", "meta": {"plumbline": {"entity_key": "k"}}}
    items = {
        "resource_type": "model",
        "unique_id": "model.shop.items",
        "name": "items",
        "package_name": "shop",
        "config": config,
    }
    document = {
        "metadata": DBT["metadata"],
        "nodes": {"model.shop.items": items | {"columns": {}}, "w": of_items | warns, "ok": of_items | fails},
        "sources": {},
    }
    applied(offered("dbt", document, cora), cora)
    moments = [datetime(2024, 3, day) for day in (1, 2, 3)]
    pq.write_table(
        pa.table({"k": [1, 2, 3], "at": moments, "w": [1, None, 3], "ok": [True, False, None]}),
        data_root / "items.parquet",
    )
    add_dataset(name="items", kind="parquet", location="items.parquet", key=["k"], actor=cora)
    table = SourceTable.objects.select_related("owner_team", "current__dataset").get(name="items")
    add_source_version(table, table.current.source._replace(dataset="items"), reason="Bound.", actor=cora)
    bound = offered("dbt", document, cora)
    assert "1 × not_null with severity warn" in sentences(bound, cora)
    applied(bound, cora)
    run = queue_run(Check.objects.get(kind="schema"), actor=cora)
    execute(run.pk)
    run.refresh_from_db()
    assert (run.outcome, run.rows) == ("passed", 3)


def test_new_tables_belong_to_the_only_team_of_who_imports(teams):
    fay = contributor("forecasting", name="fay")
    applied(offered("dbt", DBT, fay, team=""), fay)
    assert set(SourceTable.objects.values_list("owner_team__slug", flat=True)) == {"forecasting"}
    document = copy.deepcopy(DBT)
    document["nodes"]["model.shop.orders"]["compiled_code"] = "select 2"
    assert effects(offered("dbt", document, fay, team=""), fay)["orders"] == "change"


def test_who_is_in_two_teams_chooses_once_and_not_again(cora):
    with pytest.raises(Invalid) as refused:
        offered("dbt", DBT, cora, team="")
    [fault] = refused.value.faults
    assert (fault.field, fault.code) == ("owner_team", "missing")
    assert fault.message == (
        "2 source tables will be added, and you are in several teams. Choose data-platform or forecasting."
    )
    applied(offered("dbt", DBT, cora, team="forecasting"), cora)
    assert set(SourceTable.objects.values_list("owner_team__slug", flat=True)) == {"forecasting"}
    assert offered("dbt", DBT, cora, team="").owner_team is None


def test_nobody_imports_tables_for_a_team_of_others_but_a_lead(teams):
    fay = contributor("forecasting", name="fay")
    with pytest.raises(NotAllowed, match="Only contributors of team data-platform import for it"):
        offered("dbt", DBT, fay, team="data-platform")
    with pytest.raises(Invalid, match="There is no team 'nobody'"):
        offered("dbt", DBT, fay, team="nobody")
    lead = Actor("lea", frozenset({Role.LEAD}))
    applied(offered("dbt", DBT, lead, team="data-platform"), lead)
    assert set(SourceTable.objects.values_list("owner_team__slug", flat=True)) == {"data-platform"}


# -- MLflow ------------------------------------------------------------------------------------------------------------


def test_a_version_whose_lineage_is_whole_is_registered_through_the_gate(tracking, orders, cora):
    digest = orders.current.dataset.snapshots.get().digest
    tracking.document = tracked(digest)
    proposed = read(tracking, cora)
    assert proposed.origin == tracking.url
    assert counts(proposed, cora) == {"create": 3, "observe": 1, "cannot": 4}
    applied(proposed, cora)
    version = ModelVersion.objects.exclude(stage="observed").get()
    assert (str(version), version.stage, version.uses_no_features) == ("churn_model 1", "registered", True)
    assert (version.code_commit, version.data_snapshot.digest) == (HEX[:40], digest)
    assert version.hyperparameters == {"depth": "3"}
    assert [(evaluation.metric, evaluation.value) for evaluation in version.evaluations.all()] == [("mape", 0.118)]
    assert version.model.description == "Who leaves."
    assert counts(read(tracking, cora), cora) == {"already_there": 4, "cannot": 4}


def test_a_version_without_some_part_is_observed_and_each_missing_part_is_named(tracking, orders, cora):
    tracking.document = tracked(
        orders.current.dataset.snapshots.get().digest, plumbline__artifact_digest="", mlflow__docker__image__name=""
    )
    proposed = read(tracking, cora)
    steps = {step.name: step for step in imports.shown(proposed, cora)[0]}
    assert steps["churn_model/1"].effect == "observe"
    assert steps["churn_model/1"].sentence.startswith("2 parts are missing: artifact, container_digest. ")
    messages = [part["message"] for part in steps["churn_model/1"].missing]
    assert any("set the tag plumbline.container_digest on the version or its run" in sentence for sentence in messages)
    bare = {part["field"] for part in steps["churn_model/2"].missing}
    assert len([field for field in bare if field.startswith("lineage.")]) == 6
    applied(proposed, cora)
    assert RegisteredModel.objects.count() == 2
    assert set(ModelVersion.objects.values_list("version", "stage")) == {("1", "observed"), ("2", "observed")}
    known = ModelVersion.objects.get(version="1")
    assert (known.code_commit, known.artifact_uri, known.artifact_digest) == (HEX[:40], "s3://models/churn/1", "")
    assert counts(read(tracking, cora), cora)["already_there"] == 4
    tracking.document["runs"]["r1"]["data"]["tags"] += tags(
        plumbline__artifact_digest=HEX, plumbline__container_digest=f"sha256:{HEX}"
    )
    applied(read(tracking, cora), cora)
    known.refresh_from_db()
    assert (known.stage, known.artifact_digest) == ("registered", HEX)


UNRESOLVABLE = [
    ({"plumbline__data_snapshot": "f" * 64}, "lineage.data_snapshot"),
    ({"plumbline__features": '{"nothing": "37e8f223574c"}'}, "lineage.feature_snapshot.nothing"),
    ({"plumbline__features": "not json"}, "lineage.feature_snapshot"),
    ({"mlflow__source__git__commit": "main"}, "lineage.code_commit"),
]


def test_a_part_that_names_nothing_is_no_part(tracking, orders, cora):
    for change, field in UNRESOLVABLE:
        tracking.document = tracked(orders.current.dataset.snapshots.get().digest)
        tracking.document["runs"]["r1"] = run(
            **{"data_snapshot": orders.current.dataset.snapshots.get().digest} | change
        )
        proposed = read(tracking, cora)
        steps = {step.name: step for step in imports.shown(proposed, cora)[0]}
        assert [part["field"] for part in steps["churn_model/1"].missing] == [field]


def test_a_version_that_says_something_else_now_is_not_written_again(tracking, orders, cora):
    tracking.document = tracked(orders.current.dataset.snapshots.get().digest)
    applied(read(tracking, cora), cora)
    tracking.document["runs"]["r1"]["data"]["params"] = [{"key": "depth", "value": "9"}]
    said_by = sentences(read(tracking, cora), cora)
    assert (
        said_by["churn_model/1"]
        == "It is registered with a different set of hyperparameters. A version cannot be changed; register a new one."
    )
