"""The catalogue over the API."""

from __future__ import annotations

from tests import golden

V1 = "/api/v1"


def test_the_catalogue_comes_whole_and_in_order(api, db):
    body = api("viewer").get(f"{V1}/capabilities/").json()
    expected = golden.load("sample_assessment")["items"]
    assert [(row["name"], row["group"]) for row in body] == [(row["capability"], row["group"]) for row in expected]
    levels = {row["name"]: row["levels"] for row in body}
    assert (levels["artifact_store"], levels["lineage"], levels["compute_scaling"]) == (["0+", "1", "2"], ["2"], [])


def test_the_catalogue_is_filtered_by_group(api, db):
    answer = api("viewer").get(f"{V1}/capabilities/?group=Training").json()
    assert [row["name"] for row in answer] == ["orchestrated_training", "compute_scaling"]
