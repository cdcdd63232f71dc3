"""What the documents of Feast, dbt and MLflow come to, and what a hostile one is told."""

from __future__ import annotations

import contextlib
import copy
import json

import pytest

from registry.imports.rules import dbt, feast, mlflow
from registry.imports.rules import document as reading
from registry.imports.rules.candidates import Extract, Unreadable
from tests.registry.conftest import HEX
from tests.registry.imports.documents import DBT, FEAST
from tests.registry.imports.documents import mlflow as tracked


def names(found: Extract) -> list[tuple[str, str]]:
    return [(str(one.kind), one.name) for one in found.candidates]


def why(found: Extract) -> dict[str, str]:
    return {one.external_id: one.reason for one in found.unmapped}


def test_feast_is_source_tables_and_features():
    found = feast.read(FEAST)
    table, *features = found.candidates
    assert found.origin == "rides"
    assert names(found) == [
        ("source_table", "driver_stats"),
        ("feature", "driver_hourly__conv_rate"),
        ("feature", "driver_hourly__daily_trips"),
        ("feature", "driver_hourly__renamed"),
    ]
    assert table.content == {"entity_key": ["driver_id"], "event_time": "event_timestamp", "row_key": []}
    assert table.about["location"] == "s3://rides/driver_stats.parquet"
    logic = [(feature.content["computation_logic"], feature.content["data_type"]) for feature in features]
    assert logic == [("conv_rate", "float32"), ('"Daily Trips"', "int64"), ("raw_name", "string")]
    assert why(found) == {
        "conv_rate_plus": "Python code computes it at request time; there is no SQL to compare.",
        "driver_activity": "It lists what a model reads; here a training snapshot does, for each version.",
        "driver_hourly:embedding": "Its type is FLOAT_LIST. A feature has one of FLOAT, DOUBLE, INT32, INT64, BOOL, STRING, UNIX_TIMESTAMP.",
        "global_rate": "It has no entity. A source table needs an entity and an event time.",
    }


def test_a_source_that_two_views_read_by_other_keys_is_one_table_of_the_first():
    document = copy.deepcopy(FEAST)
    document["featureViews"][1]["spec"] |= {
        "entities": ["rider"],
        "batchSource": FEAST["featureViews"][0]["spec"]["batchSource"],
    }
    assert "with other join keys or another event time" in why(feast.read(document))["global_rate"]


def test_dbt_is_source_tables_and_what_it_promises_of_their_columns():
    found = dbt.read(DBT)
    orders, check, clicks = found.candidates
    assert [(str(one.kind), one.name) for one in (orders, clicks)] == [
        ("source_table", "orders"),
        ("source_table", "raw_clicks"),
    ]
    assert orders.content == {"entity_key": ["customer_id"], "event_time": "date", "row_key": ["order_id"]}
    assert orders.about["sql"] == "select * from raw.orders"
    assert orders.about["columns"][0] == {"name": "order_id", "type": "bigint", "description": ""}
    assert clicks.content == {"entity_key": ["user_id"], "event_time": "loaded_at", "row_key": []}
    promised = {
        column["name"]: (column["nullable"], column["unique"], column.get("allowed"))
        for column in check.content["columns"]
    }
    assert promised == {
        "order_id": (False, True, None),
        "customer_id": (False, False, None),
        "order_count": (True, False, ["1", "4", "6", "8"]),
    }
    assert why(found)["model.shop.staging"] == f"{dbt.HOW_ENTITY} {dbt.HOW_TIME}"
    assert {"metric.shop.revenue", "1 × relationships", "1 × narrowed by where", "1 × in SQL"} <= set(why(found))


def test_a_contract_that_is_not_enforced_promises_nothing():
    document = copy.deepcopy(DBT)
    document["nodes"]["model.shop.orders"]["config"]["contract"] = {"enforced": False}
    check = next(one for one in dbt.read(document).candidates if one.kind == "check")
    assert [column["name"] for column in check.content["columns"]] == ["order_count"]


def test_mlflow_is_models_and_versions_with_the_lineage_that_their_runs_know():
    found = mlflow.read(tracked(HEX), origin="https://mlflow.example")
    assert names(found) == [
        ("model", "churn_model"), ("model", "bersicht_1"), ("model_version", "churn_model/1"),
        ("model_version", "churn_model/2"),
    ]  # fmt: skip
    whole, bare = found.candidates[2:]
    assert whole.content["artifact"] == {"uri": "s3://models/churn/1", "digest": HEX}
    assert whole.content["lineage"] == {
        "code_commit": HEX[:40],
        "data_snapshot": HEX,
        "container_digest": f"sha256:{HEX}",
        "hyperparameters": {"depth": "3"},
        "evaluations": [{"metric": "mape", "value": 0.118}],
        "feature_snapshot": {},
        "uses_no_features": True,
    }
    assert bare.content["lineage"] == {}
    assert why(found)["Churn Model@champion"].endswith("not by an alias: promote that version.")
    assert "FAILED_REGISTRATION" in why(found)["Churn Model/3"]
    assert "It gives no valid name" in why(found)["7"]


def test_a_tag_of_the_version_goes_before_one_of_its_run_and_latest_is_no_version():
    document = tracked(HEX, plumbline__features='{"orders_3d": "37e8f223574c", "latest": ["other"]}')
    document["model_versions"][1]["tags"] = [{"key": "plumbline.code_commit", "value": "f" * 40}]
    lineage = mlflow.read(document, origin="").candidates[2].content["lineage"]
    assert lineage["code_commit"] == "f" * 40
    assert lineage["feature_snapshot"] == {"orders_3d": "37e8f223574c"}


HOSTILE = [
    (b"", "not JSON that can be read"),
    (b"[]", "not a JSON object"),
    (b"\xff\xfe{", "not JSON that can be read"),
    (b'{"a":' * 100_000, "nested too deep"),
    (b'{"a": ' + b"[" * 70 + b"]" * 70 + b"}", "nested deeper than 64"),
    (b'{"a": ' + b"9" * 5_000 + b"}", "an integer is beyond 64 bits"),
    (b'{"a": NaN}', "NaN is not JSON"),
    (b'{"a": 1, "a": 2}', "an object has a key twice"),
    (b"[" + b"[]," * 1_500_001 + b"0]", "more than 3,000,000 values"),
    (b" " * (reading.LARGEST_BYTES + 1), "larger than 32 MiB"),
]


@pytest.mark.parametrize(("content", "because"), HOSTILE, ids=[because for _, because in HOSTILE])
def test_a_hostile_file_is_refused_in_a_sentence(content, because):
    with pytest.raises(Unreadable, match=because):
        reading.document(content)


def test_every_wrong_type_is_said_at_once():
    document = {
        "project": 7,
        "entities": {},
        "featureViews": [{"spec": {"name": "a\0", "features": "x", "entities": [1]}}],
    }
    with pytest.raises(Unreadable) as refused:
        feast.read(document)
    assert [fault.field for fault in refused.value.faults] == [
        "project", "entities", "featureViews[0].spec.entities", "featureViews[0].spec.name",
    ]  # fmt: skip


def test_another_version_of_the_manifest_is_refused_by_name():
    old = DBT["metadata"] | {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v9.json"}
    with pytest.raises(Unreadable, match=r"manifest/v9.json.*version 12 is read"):
        dbt.read(DBT | {"metadata": old})


READERS = [(feast.read, FEAST), (dbt.read, DBT), (lambda told: mlflow.read(told, origin=""), tracked(HEX))]


@pytest.mark.parametrize(("read", "document"), READERS, ids=["feast", "dbt", "mlflow"])
def test_no_value_in_any_place_of_a_document_crashes_its_reader(read, document):
    """Each place in turn holds a value of another type: the answer is what could be read, or the list of faults."""
    read_or_refused = 0
    for broken in _broken(document):
        with contextlib.suppress(Unreadable):
            json.dumps(read(broken).as_dict())
        read_or_refused += 1
    assert read_or_refused > 300


def _broken(document):
    """The document with one value replaced, for every place and every kind of value."""
    for path in _paths(document):
        for value in (None, 7, "text\0", [3], {"a": 3}, [{"a": []}], True):
            broken = copy.deepcopy(document)
            place = broken
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            yield broken


def _paths(value, before=()):
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield (*before, name)
        yield from _paths(inner, (*before, name))
