"""What a dbt manifest comes to."""

from __future__ import annotations

import copy

import pytest

from registry.imports.rules import dbt
from registry.imports.rules.candidates import Unreadable
from tests.registry.imports.documents import DBT
from tests.registry.imports.rules.reading import why


def test_dbt_is_source_tables_and_what_it_promises_of_their_columns():
    result = dbt.read(DBT)
    orders, check, clicks = result.candidates
    assert [(str(row.kind), row.name) for row in (orders, clicks)] == [
        ("source_table", "orders"),
        ("source_table", "raw_clicks"),
    ]
    keys = {name: orders.content[name] for name in ("entity_key", "event_time", "row_key")}
    assert keys == {"entity_key": ["customer_id"], "event_time": "date", "row_key": ["order_id"]}
    assert orders.content["upstream"]["text"] == "select * from raw.orders"
    assert orders.about["sql"] == "select * from raw.orders"
    assert orders.about["columns"][0] == {"name": "order_id", "type": "bigint", "description": ""}
    keys = {"entity_key": ["user_id"], "event_time": "loaded_at", "row_key": []}
    assert clicks.content == keys | {"upstream": None, "uncompiled": []}, "dbt does not compute a source"
    promised = {
        column["name"]: (column["nullable"], column["unique"], column.get("allowed"))
        for column in check.content["columns"]
    }
    assert promised == {
        "order_id": (False, True, None),
        "customer_id": (False, False, None),
        "order_count": (True, False, ["1", "4", "6", "8"]),
    }
    assert why(result)["model.shop.staging"] == f"{dbt.HOW_ENTITY} {dbt.HOW_TIME}"
    assert {"metric.shop.revenue", "1 × relationships", "1 × narrowed by where", "1 × in SQL"} <= set(why(result))


def test_a_contract_that_is_not_enforced_promises_nothing():
    document = copy.deepcopy(DBT)
    document["nodes"]["model.shop.orders"]["config"]["contract"] = {"enforced": False}
    check = next(candidate for candidate in dbt.read(document).candidates if candidate.kind == "check")
    assert [column["name"] for column in check.content["columns"]] == ["order_count"]


def test_another_version_of_the_manifest_is_refused_by_name():
    old = DBT["metadata"] | {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v9.json"}
    with pytest.raises(Unreadable, match=r"manifest/v9.json.*Only version 12 is read"):
        dbt.read(DBT | {"metadata": old})


def project(nodes: dict, sources: dict | None = None, **sections: dict) -> dict:
    """A manifest of these nodes."""
    metadata = {"dbt_schema_version": dbt.VERSION, "project_name": "shop", "adapter_type": "duckdb"}
    return {"metadata": metadata, "nodes": nodes, "sources": sources or {}, **sections}


ITEMS = {
    "resource_type": "model",
    "name": "items",
    "config": {"event_time": "at", "meta": {"plumbline": {"entity_key": "k"}}},
}


def test_a_model_with_versions_is_a_table_for_each_of_them():
    versions = {
        f"model.shop.orders.v{number}": ITEMS | {"name": "orders", "version": number, "latest_version": 2}
        for number in (1, 2)
    }
    result = dbt.read(project(versions))
    assert [(table.name, table.external_id) for table in result.candidates] == [
        ("orders_v1", "model.shop.orders.v1"),
        ("orders_v2", "model.shop.orders.v2"),
    ]
    assert result.unmapped == ()


def test_tests_of_a_source_give_it_a_key_and_a_check():
    def test_of(name: str) -> dict:
        return {
            "resource_type": "test",
            "column_name": "click_id",
            "attached_node": None,
            "test_metadata": {"name": name, "kwargs": {}},
            "config": {"severity": "ERROR", "where": None},
            "depends_on": {"nodes": ["source.shop.raw.clicks"]},
        }

    source = {"resource_type": "source", "name": "clicks", "source_name": "raw", "loaded_at_field": "at"}
    result = dbt.read(project({"t0": test_of("unique"), "t1": test_of("not_null")}, {"source.shop.raw.clicks": source}))
    table, check = result.candidates
    assert (table.name, table.content["entity_key"], table.content["row_key"]) == (
        "raw_clicks",
        ["click_id"],
        ["click_id"],
    )
    assert [(column["name"], column["nullable"], column["unique"]) for column in check.content["columns"]] == [
        ("click_id", False, True)
    ]
    assert result.unmapped == ()


def test_a_tables_upstream_is_read_with_it_and_names_what_was_not_compiled():
    nodes = {
        "model.shop.items": ITEMS
        | {"raw_code": "select * from {{ ref('stage') }}", "original_file_path": "models/items.sql"},
    }
    [table] = dbt.read(project(nodes)).candidates
    assert table.content["upstream"]["name"] == "models/items.sql"
    assert table.content["uncompiled"] == ["models/items.sql"]


def test_of_several_primary_entities_the_first_is_the_entity_key():
    document = copy.deepcopy(DBT)
    entities = document["semantic_models"]["semantic_model.shop.orders"]["entities"]
    entities.append({"name": "order_id", "type": "primary"})
    assert [entity["type"] for entity in entities].count("primary") == 2
    assert dbt.read(document).candidates[0].content["entity_key"] == ["customer_id"]
