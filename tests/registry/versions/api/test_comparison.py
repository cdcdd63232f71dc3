"""Two versions of a model over the API."""

from __future__ import annotations

V1 = "/api/v1/models/demand/compare/"


def test_two_versions_part_by_part(api, second):
    answer = api("viewer").get(f"{V1}?base=v1&head=v2").json()
    assert (answer["model"], answer["base"], answer["head"]) == ("demand", "v1", "v2")
    assert answer["summary"].startswith("The same:")
    (feature,) = answer["features"]
    assert (feature["name"], feature["kind"], feature["before"] == feature["after"]) == ("orders_3d", "same", True)
    assert {row["name"] for row in answer["facts"]} >= {"code commit", "container digest", "data snapshot"}


def test_both_missing_names_are_reported_and_an_unknown_version_is_404(api, second):
    answer = api("viewer").get(V1)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["base", "head"])
    assert api("viewer").get(f"{V1}?base=v1&head=v9").status_code == 404
