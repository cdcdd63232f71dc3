"""What a dbt manifest comes to."""

from __future__ import annotations

import copy

import pytest

from registry.imports.rules import dbt
from registry.imports.rules.candidates import Unreadable
from tests.registry.imports.documents import DBT
from tests.registry.imports.rules.reading import why


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


def test_another_version_of_the_manifest_is_refused_by_name():
    old = DBT["metadata"] | {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v9.json"}
    with pytest.raises(Unreadable, match=r"manifest/v9.json.*Only version 12 is read"):
        dbt.read(DBT | {"metadata": old})
