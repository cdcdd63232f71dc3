"""Data sets, snapshots and source tables over the API."""

from __future__ import annotations


def test_a_data_set_is_added_read_and_listed_by_its_kind(api, people, orders):
    client = api("contributor")
    body = {"name": "again", "kind": "parquet", "location": "orders.parquet", "key": ["order_id"]}
    added = client.post("/api/v1/datasets/", body, format="json")
    assert (added.status_code, added.json()["event_time"]) == (201, "")
    assert client.get("/api/v1/datasets/again/").json()["snapshots"] == 0
    assert client.get("/api/v1/datasets/?kind=csv").json()["count"] == 0
    assert client.get("/api/v1/datasets/?kind=parquet").json()["count"] == 2
    assert client.get("/api/v1/datasets/nobody/").status_code == 404


def test_a_snapshot_is_201_once_and_200_after(api, people, orders):
    client = api("contributor")
    body = {"name": "again", "kind": "parquet", "location": "orders.parquet"}
    client.post("/api/v1/datasets/", body, format="json")
    first = client.post("/api/v1/datasets/orders/snapshots/")
    assert first.status_code == 200
    (row,) = client.get("/api/v1/datasets/orders/snapshots/").json()["results"]
    assert row["digest"] == first.json()["digest"]


def test_a_source_table_names_a_data_set_that_exists_or_none(api, people, orders):
    client = api("contributor")
    body = {"name": "more", "entity_key": ["customer_id"], "event_time": "date"}
    assert client.post("/api/v1/source-tables/", body | {"dataset": "nobody"}, format="json").status_code == 422
    saved = client.post("/api/v1/source-tables/", body | {"dataset": "orders"}, format="json")
    assert (saved.status_code, saved.json()["row_key"]) == (201, ["order_id"])
    bare = client.post("/api/v1/source-tables/", body | {"name": "bare", "dataset": None}, format="json")
    assert (bare.status_code, bare.json()["dataset"]) == (201, None)
