"""Data sets, snapshots and source tables over the API."""

from __future__ import annotations

import pytest


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


ORDERS = {"dataset": "orders", "entity_key": ["customer_id"], "event_time": "date", "row_key": ["order_id"]}


def test_the_same_table_is_200_other_content_409_and_another_team_403(api, people, orders):
    client = api("contributor")
    body = {"name": "orders"} | ORDERS
    same = client.post("/api/v1/source-tables/", body, format="json")
    assert (same.status_code, same.json()["number"], same.json()["owner_team"]) == (200, 1, "data-platform")
    other = client.post("/api/v1/source-tables/", body | {"entity_key": ["order_id"]}, format="json")
    assert (other.status_code, other.json()["code"]) == (409, "exists")
    stranger = api("stranger").post("/api/v1/source-tables/", body | {"event_time": "order_id"}, format="json")
    assert stranger.status_code == 403


def test_a_version_is_added_whole_and_says_what_changed(api, people, orders):
    client, path = api("contributor"), "/api/v1/source-tables/orders/versions/"
    upstream = {"kind": "dbt", "name": "o.sql", "text": "select a from t", "dialect": "postgres"}
    body = ORDERS | {"entity_key": ["order_id"], "upstream": upstream, "reason": "Per order."}
    added = client.post(path, body, format="json")
    assert added.status_code == 201
    answer = added.json()
    assert (answer["number"], answer["would_block"]) == (2, [])
    assert answer["changes"]["entity_key"] == [["customer_id"], ["order_id"]]
    assert answer["changes"]["upstream"][0] is None
    assert set(answer["changes"]) == {"entity_key", "upstream"}

    formatted = upstream | {"text": "SELECT a\nFROM t -- as before"}
    again = client.post(path, body | {"upstream": formatted}, format="json")
    assert (again.status_code, again.json()["number"], again.json()["changes"]) == (200, 2, {})

    bound = client.post(path, ORDERS | {"reason": "Per customer."}, format="json").json()
    assert set(bound["changes"]) == {"entity_key"}
    assert client.get(path).json()["results"][0]["upstream"]["text"] == "select a from t"
    client.post(path, body, format="json")

    newest, first = (row for row in client.get(path).json()["results"] if row["number"] < 3)
    assert (newest["number"], newest["in_force"], newest["upstream"]["text"]) == (2, True, "select a from t")
    assert (first["number"], first["in_force"], first["upstream"]) == (1, False, None)
    assert client.get(f"{path}{first['version']}/").json() == client.get(f"{path}1/").json() == first
    assert client.get(f"{path}9/").status_code == 404

    without = client.post(path, body | {"upstream": None}, format="json").json()
    assert set(without["changes"]) == {"upstream"}
    assert client.get(path).json()["results"][0]["upstream"] is None

    back = client.post("/api/v1/source-tables/orders/current/", {"version": "1", "reason": "Wrong."}, format="json")
    assert (back.status_code, back.json()["created"]) == (200, False)
    assert client.get("/api/v1/source-tables/orders/").json()["number"] == 1


FAULTY = [
    ("no reason", {}, 400, "reason"),
    ("a kind that nobody knows", {"reason": "x", "upstream": {"kind": "cobol", "name": "x", "digest": "0"}}, 422, "upstream.kind"),
    ("neither text nor digest", {"reason": "x", "upstream": {"kind": "dbt", "name": "x"}}, 400, "upstream.text"),
    ("an ancestor with neither", {"reason": "x", "upstream": {"kind": "dbt", "name": "x", "digest": "0", "ancestors": [{"name": "w", "text": "select 1"}, {"name": "y"}]}}, 400, "upstream.ancestors.1.text"),
    ("a digest of another text", {"reason": "x", "upstream": {"kind": "dbt", "name": "x", "text": "select 1", "digest": "0" * 64}}, 400, "upstream.digest"),
    ("a digest without a name", {"reason": "x", "upstream": {"kind": "dbt", "digest": "0"}}, 400, "upstream.name"),
    ("a column that is not there", {"reason": "x", "event_time": "when"}, 422, "event_time"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changed", "status", "field"), FAULTY)
def test_what_is_wrong_with_a_version_stands_at_its_field(why, changed, status, field, api, people, orders):
    answer = api("contributor").post("/api/v1/source-tables/orders/versions/", ORDERS | changed, format="json")
    assert answer.status_code == status
    problem = answer.json()
    assert any(fault["field"].startswith(field) for fault in problem["errors"])
    assert status != 400 or f"{field}: " in problem["detail"]
    assert orders.versions.count() == 1


def test_owner_and_description_change_without_a_version(api, people, orders):
    answer = api("contributor").patch("/api/v1/source-tables/orders/", {"description": "Every order."}, format="json")
    assert (answer.status_code, answer.json()["description"], answer.json()["number"]) == (200, "Every order.", 1)
    assert (
        api("lead").patch("/api/v1/source-tables/orders/", {"owner_team": "nobody"}, format="json").status_code == 422
    )
    moved = api("lead").patch("/api/v1/source-tables/orders/", {"owner_team": "forecasting"}, format="json")
    assert (moved.status_code, moved.json()["owner_team"]) == (200, "forecasting")
    assert api("viewer").patch("/api/v1/source-tables/orders/", {"description": "x"}, format="json").status_code == 403


def test_how_files_are_read_is_shown_taken_and_changed(api, people, data_root):
    (data_root / "sales.csv").write_text("id;country;amount\n1;NA;1,5\n2;DE;NA\n")
    body = {"name": "sales", "kind": "csv", "location": "sales.csv", "read": {"kinds": {"id": "text"}}}
    added = api("contributor").post("/api/v1/datasets/", body, format="json").json()
    assert added["read"]["kinds"] == {"id": "text", "country": "text", "amount": "number"}
    assert (added["read"]["delimiter"], added["read"]["null_words_by_column"]) == (";", {"country": [""]})
    assert (added["inspection"]["rows"], added["inspection"]["unreadable"]) == (2, {})
    changed = api("contributor").patch(
        "/api/v1/datasets/sales/", {"read": {"kinds": {"id": None}, "null_words": [""]}}, format="json"
    )
    assert changed.json()["read"]["kinds"] == {"id": "whole_number", "country": "text", "amount": "text"}
    wrong = {"read": {"delimiter": "ab", "kinds": {"id": "money"}, "time_zone": "Berlin"}}
    refused = api("contributor").patch("/api/v1/datasets/sales/", wrong, format="json")
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {
        "read.delimiter",
        "read.kinds.id",
        "read.time_zone",
    }
