"""Features over the API."""

from __future__ import annotations

import pytest

from registry.features.actions.registration import MOST_AT_ONCE
from registry.models import Feature
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, register

BODY = {"name": "orders_3d", "owner_team": "data-platform", **FIXED.as_dict()}


def test_registering_is_201_for_a_new_version_and_200_for_a_known_one(api, people, feature):
    client = api("contributor")
    first = client.post("/api/v1/features/", BODY, format="json")
    assert (first.status_code, first.json()["created"], first.json()["number"]) == (201, True, 2)
    again = client.post("/api/v1/features/", BODY, format="json")
    assert (again.status_code, again.json()["created"], again.json()["version"]) == (
        200,
        False,
        first.json()["version"],
    )


def test_a_version_is_set_back_with_a_reason(api, people, feature, cora):
    register(FIXED, cora)
    name = feature.versions.get(number=1).name
    client, address = api("contributor"), "/api/v1/features/orders_3d/current/"
    assert client.post(address, {"version": name}, format="json").status_code == 400
    assert client.post(address, {"version": name, "reason": " "}, format="json").status_code in (400, 422)
    assert client.post(address, {"version": "0" * 12, "reason": "x"}, format="json").status_code == 404
    assert client.post(address, {"version": name, "reason": "slower"}, format="json").status_code == 200
    assert client.get("/api/v1/features/orders_3d/").json()["current"] == name


def test_the_impact_is_of_the_current_version_or_of_a_named_one(api, people, in_production, feature, cora):
    newer = register(FIXED, cora).version
    client, address = api("viewer"), "/api/v1/features/orders_3d/impact/"
    current = client.get(address).json()
    assert (current["version"], current["trained_on"]) == (newer.name, [])
    assert [row["version"] for row in current["would_block"]] == ["v1"]
    first = client.get(f"{address}?version={feature.current.name}").json()
    assert ([row["version"] for row in first["trained_on"]], first["would_block"]) == (["v1"], [])


def test_a_proposal_answers_its_impact_and_stores_nothing(api, people, in_production, feature):
    answer = api("viewer").post("/api/v1/features/orders_3d/impact/", FIXED.as_dict(), format="json").json()
    assert (answer["known"], [row["model"] for row in answer["would_block"]]) == (False, ["demand"])
    assert answer["changes"]["null_handling"] == {"from": TRAINED.null_handling, "to": FIXED.null_handling}
    assert feature.versions.count() == 1


BULK = "/api/v1/features/bulk/"


def many(*names: str, **changed: str) -> list[dict]:
    return [BODY | {"name": name} | changed for name in names]


@pytest.mark.parametrize("shape", ["an object", "a list"])
def test_many_definitions_are_answered_in_their_order(api, people, feature, shape):
    bodies = [*many("b", "orders_3d", "a"), BODY | {"name": "orders_4d"} | REWRITTEN.as_dict()]
    body = {"definitions": bodies} if shape == "an object" else bodies
    answer = api("contributor").post(BULK, body, format="json")
    assert answer.status_code == 200, answer.json()
    rows = [(row["name"], row["number"], row["created"]) for row in answer.json()]
    assert rows == [("b", 1, True), ("orders_3d", 2, True), ("a", 1, True), ("orders_4d", 1, True)]
    one_by_one = api("contributor").post("/api/v1/features/", BODY, format="json").json()
    assert answer.json()[1] == one_by_one | {"created": True, "changes": answer.json()[1]["changes"]} | {
        "check_run": answer.json()[1]["check_run"]
    }
    again = api("contributor").post(BULK, body, format="json")
    assert [row["created"] for row in again.json()] == [False] * 4


def test_a_fault_names_the_index_of_its_definition_and_nothing_is_stored(api, people, orders):
    bodies = [*many("a"), *many("b", null_handling="mean_fill", extra="x"), *many("c", data_type=7), "d"]
    answer = api("contributor").post(BULK, {"definitions": bodies}, format="json")
    assert answer.status_code == 400
    fields = {fault["field"] for fault in answer.json()["errors"]}
    assert fields == {
        "definitions[1].null_handling", "definitions[1].extra", "definitions[2].data_type", "definitions[3]",
    }  # fmt: skip
    bodies = [*many("a", "A"), *many("a", data_type="quark"), *many("e", computation_logic="AVG(nothing)")]
    answer = api("contributor").post(BULK, {"definitions": bodies}, format="json")
    assert answer.status_code == 422
    faults = {fault["field"]: fault["code"] for fault in answer.json()["errors"]}
    assert faults == {
        "definitions[1].name": "malformed", "definitions[2].name": "duplicate", "definitions[2].data_type": "unknown",
        "definitions[3].computation_logic": "unknown_column",
    }  # fmt: skip
    assert not Feature.objects.exists()


@pytest.mark.parametrize("body", [[], {"definitions": []}, {}, {"definitions": 7}, {"more": []}, 7])
def test_a_call_without_definitions_is_malformed(api, people, orders, body):
    assert api("contributor").post(BULK, body, format="json").status_code == 400


def test_a_call_has_at_most_500_definitions(api, people, orders):
    names = [f"f{number}" for number in range(MOST_AT_ONCE + 1)]
    answer = api("contributor").post(BULK, many(*names), format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "definitions")


def test_one_definition_of_another_team_refuses_them_all(api, people, feature):
    bodies = [*many("a", owner_team="forecasting"), BODY | {"owner_team": "forecasting"}]
    answer = api("contributor").post(BULK, bodies, format="json")
    assert answer.status_code == 403
    assert not Feature.objects.filter(name="a").exists()


def test_a_new_description_of_a_known_feature_is_not_lost_in_silence(api, people, feature):
    client = api("contributor")
    for body in (BODY | TRAINED.as_dict(), BODY):
        answer = client.post("/api/v1/features/", body | {"description": "Three days."}, format="json").json()
        assert answer["warnings"] == ["The description stays ''. Change it with PATCH features/orders_3d/."]
    assert client.get("/api/v1/features/orders_3d/").json()["description"] == ""


EDIT = "/api/v1/features/orders_3d/"


def test_owner_description_and_tags_are_edited_together(api, people, feature):
    body = {"owner_team": "forecasting", "description": "Three days.", "tags": ["Tier-1", "demand"]}
    answer = api("contributor").patch(EDIT, body, format="json")
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in body} == body | {"tags": ["demand", "tier-1"]}
    assert answer.json()["current"] == feature.current.name
    for query in ("tag=tier-1", "search=tier", "owner_team=forecasting&tag=demand"):
        assert api("viewer").get(f"/api/v1/features/?{query}").json()["count"] == 1, query
    assert api("viewer").get("/api/v1/features/?tag=tier").json()["count"] == 0


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({"tags": "risk", "description": None, "name": "other"}, 400, {"tags", "description", "name"}),
        ({"tags": [7]}, 400, {"tags"}),
        ({"tags": ["a b"], "owner_team": "ghosts", "description": "x"}, 422, {"tags", "owner_team"}),
    ],
)
def test_an_edit_that_is_wrong_changes_nothing(api, people, feature, body, status, fields):
    answer = api("contributor").patch(EDIT, body, format="json")
    assert (answer.status_code, {fault["field"] for fault in answer.json()["errors"]}) == (status, fields)
    feature.refresh_from_db()
    assert (feature.description, feature.tags) == ("", [])
