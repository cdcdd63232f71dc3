"""OpenLineage clients post to the address without a slash; their token needs the scope to write."""

from __future__ import annotations

import pytest

from registry.models import SourceObservation
from tests.registry.lineage.reports import LAST_KNOWN, event

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/lineage"


def test_the_address_without_a_slash_is_not_redirected(api, orders):
    client = api("contributor")
    answer = client.post(ADDRESS, event("orders", LAST_KNOWN, writes=("orders",)), format="json")
    assert (answer.status_code, answer.json()["waiting"]) == (201, ["orders"])
    again = client.post(ADDRESS, event("orders", LAST_KNOWN, writes=("orders",)), format="json")
    assert (again.status_code, again.json()["created"]) == (200, False)
    assert client.get(f"{ADDRESS}/events/").json()["results"][0]["left_out"] == ["run.dbt_run"]
    assert client.get(f"{ADDRESS}/jobs/").json()["results"][0]["code"] == LAST_KNOWN
    assert client.get(f"{ADDRESS}/datasets/").json()["count"] == 1
    row = client.get(f"{ADDRESS}/observations/").json()["results"][0]["id"]
    accepted = client.post(f"{ADDRESS}/observations/{row}/accept/", {}, format="json")
    assert (accepted.status_code, accepted.json()["created"]) == (200, True)
    assert SourceObservation.objects.get().state == "accepted"


def test_every_fault_of_an_event_is_answered(api):
    answer = api("contributor").post(ADDRESS, {"run": {}, "job": {}}, format="json")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} >= {"eventTime", "producer", "run.runId", "job.name"}
