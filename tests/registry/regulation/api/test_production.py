"""What served at a moment, and the regulator pack, over the API."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from io import BytesIO

from django.utils import timezone

PATH = "/api/v1/production/"
PACK = "/api/v1/models/demand/versions/{}/regulator-pack/"


def test_it_lists_what_serves_now_and_nothing_before_the_promotion(in_production, api):
    viewer = api("viewer")
    (row,) = viewer.get(PATH).json()["results"]
    assert (row["model"], row["version"], row["owner_team"], row["environment"], row["deployments"]) == (
        "demand", "v1", "forecasting", "production", [],
    )  # fmt: skip
    assert [(feature["feature"], feature["pinned"]) for feature in row["features"]] == [("orders_3d", False)]
    earlier = timezone.now() - timedelta(days=1)
    assert viewer.get(PATH, {"at": earlier.isoformat()}).json()["count"] == 0


def test_a_moment_that_is_not_one_is_a_fault_of_at(model_version, api):
    for text in ("yesterday", "", "2026-13-01T00:00:00Z"):
        answer = api("viewer").get(PATH, {"at": text})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "at"), text


def test_the_pack_is_a_zip_and_an_unknown_version_is_not_found(model_version, api):
    viewer = api("viewer")
    answer = viewer.get(PACK.format("v1"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert "demand-v1/manifest.json" in zipfile.ZipFile(BytesIO(answer.content)).namelist()
    assert viewer.get(PACK.format("v9")).status_code == 404
