"""Imports over the API."""

from __future__ import annotations

from registry.models import (
    Feature,
)
from tests.registry.imports.documents import DBT, FEAST
from tests.registry.imports.steps import TEAM, upload


def test_the_api_shows_the_plan_and_applies_what_was_shown(api, people):
    client = api("contributor")
    plan = client.post("/api/v1/imports/feast/", {"file": upload(FEAST), "owner_team": TEAM}, format="multipart")
    assert (plan.status_code, plan.json()["counts"]["create"], Feature.objects.count()) == (200, 4, 0)
    address = f"/api/v1/imports/{plan.json()['id']}/"
    assert (
        client.post(f"{address}apply/", {"digest": "0" * 64}, format="json").json()["digest"] == plan.json()["digest"]
    )
    done = client.post(f"{address}apply/", {"digest": plan.json()["digest"]}, format="json")
    assert (done.status_code, done.json()["state"], done.json()["counts"]["created"]) == (200, "applied", 4)
    assert client.post(f"{address}apply/", {"digest": plan.json()["digest"]}, format="json").status_code == 409
    assert client.get("/api/v1/imported-records/?kind=feature").json()["count"] == 3
    assert client.get("/api/v1/imports/?state=applied").json()["count"] == 1


def test_the_api_applies_at_once_and_forgets_on_request(api, people):
    client = api("contributor")
    done = client.post(
        "/api/v1/imports/dbt/", {"file": upload(DBT), "owner_team": TEAM, "apply": "true"}, format="multipart"
    )
    assert (done.status_code, done.json()["counts"]["created"]) == (200, 2)
    plan = client.post("/api/v1/imports/dbt/", {"file": upload(DBT)}, format="multipart").json()
    assert client.delete(f"/api/v1/imports/{plan['id']}/").status_code == 204
    assert client.get(f"/api/v1/imports/{plan['id']}/").status_code == 404


def test_the_api_tells_every_fault_of_a_hostile_file_and_never_crashes(api, people):
    client = api("contributor")
    for content in (
        b"",
        b"[" * 100_000,
        b'{"a": 1e999}',
        b'{"project": "\\u0000", "entities": 3}',
        b'{"project": "\\ud800"}',
    ):
        answer = client.post(
            "/api/v1/imports/feast/", {"file": upload(content), "owner_team": TEAM}, format="multipart"
        )
        assert answer.status_code in (200, 400, 422), content[:40]
    assert [fault["field"] for fault in answer.json()["errors"]] == ["project"]
    answer = client.post(
        "/api/v1/imports/mlflow/", {"url": "file:///etc/passwd", "owner_team": "forecasting"}, format="json"
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url")
