"""What served at a moment, over the API."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

PATH = "/api/v1/production/"


def test_a_stage_alone_is_not_listed_as_serving(in_production, api):
    assert api("viewer").get(PATH).json()["count"] == 0


def test_it_lists_what_serves_now_and_nothing_before_the_deployment(serving, api):
    viewer = api("viewer")
    (row,) = viewer.get(PATH).json()["results"]
    assert (row["model"], row["version"], row["owner_team"], row["environment"]) == (
        "demand", "v1", "forecasting", "production",
    )  # fmt: skip
    assert [(each["environment"], each["traffic_percent"]) for each in row["deployments"]] == [("production", 100)]
    assert [(feature["feature"], feature["pinned"]) for feature in row["features"]] == [("orders_3d", False)]
    earlier = timezone.now() - timedelta(days=1)
    assert viewer.get(PATH, {"at": earlier.isoformat()}).json()["count"] == 0


def test_a_moment_that_is_not_one_is_a_fault_of_at(model_version, api):
    for text in ("yesterday", "", "2026-13-01T00:00:00Z"):
        answer = api("viewer").get(PATH, {"at": text})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "at"), text
