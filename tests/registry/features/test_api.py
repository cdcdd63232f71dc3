"""Features over the API."""

from __future__ import annotations

from tests.registry.conftest import FIXED, TRAINED, register

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
