"""The fast lane over the API: requested, decided by another person with what was seen, used, revoked."""

from __future__ import annotations

import pytest

V1 = "/api/v1"
BODY = {"limits": [{"metric": "mape", "max_worse": 0.02}], "reason": "nightly"}
ALL = ("read", "write", "approve")
DEPLOY = {"model": "demand", "version": "v2", "environment": "production", "traffic_percent": 10}


@pytest.fixture
def waits(serving, second, api):
    answer = api("contributor").put(f"{V1}/models/demand/fast-lane/", BODY, format="json")
    assert answer.status_code == 202, answer.content
    return answer.json()


def test_a_lane_from_the_request_to_the_end(waits, api):
    approver, contributor = api("approver", ALL), api("contributor")
    assert (waits["state"], waits["most_points"], waits["baseline_version"]) == ("waiting", 25, "v1")
    path = f"{V1}/standing-approvals/{waits['id']}"
    stale = approver.post(f"{path}/approve/", {"digest": "0" * 64}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    made = approver.post(f"{path}/approve/", {"digest": waits["digest"]}, format="json").json()
    assert (made["state"], made["decided_by"], made["problem"]) == ("approved", "approver", "")
    assert made["decided_through"].startswith("the token plb_")
    deployed = contributor.post(f"{V1}/deployments/", DEPLOY, format="json")
    assert deployed.status_code == 201
    revision = deployed.json()["revision"]
    assert (revision["standing_approval"], revision["approved_by"], revision["fast_lane"]["covers"]) == (
        waits["id"], "approver", True,
    )  # fmt: skip
    held = contributor.post(f"{V1}/deployments/", DEPLOY | {"thresholds": {"alarm": 0.9}}, format="json")
    assert held.status_code == 202
    (unmet,) = [row for row in held.json()["fast_lane"]["conditions"] if not row["met"]]
    assert unmet == {"name": "thresholds", "met": False, "sentence": "alarm would be 0.9, and was 0.5."}
    rows = {row["version"]: row for row in contributor.get(f"{V1}/production/").json()["results"]}
    (where,) = rows["v2"]["deployments"]
    assert (where["approved_by"], where["standing_approval"]) == ("approver", waits["id"])
    ended = approver.post(f"{path}/revoke/", {"reason": "Enough."}, format="json").json()
    assert (ended["state"], ended["ended_by"], ended["end_reason"]) == ("revoked", "approver", "Enough.")
    assert contributor.get(f"{V1}/models/demand/fast-lane/").status_code == 404


def test_delete_withdraws_what_waits_and_revokes_what_is_in_force(waits, api):
    contributor = api("contributor")
    assert contributor.delete(f"{V1}/models/demand/fast-lane/").json()["state"] == "withdrawn"
    again = contributor.put(f"{V1}/models/demand/fast-lane/", BODY, format="json").json()
    api("approver", ALL).post(f"{V1}/standing-approvals/{again['id']}/approve/", {}, format="json")
    assert contributor.get(f"{V1}/models/demand/fast-lane/").json()["state"] == "approved"
    assert api("approver", ALL).delete(f"{V1}/models/demand/fast-lane/").json()["state"] == "revoked"
    assert contributor.get(f"{V1}/models/demand/fast-lane/?environment=canary").status_code == 404
    listed = contributor.get(f"{V1}/standing-approvals/?model=demand").json()["results"]
    assert [row["state"] for row in listed] == ["revoked", "withdrawn"]
    assert contributor.get(f"{V1}/standing-approvals/{again['id']}/").json()["environment"] == "production"


def test_a_rejection_and_faults_of_a_request(waits, api):
    path = f"{V1}/standing-approvals/{waits['id']}/reject/"
    assert api("approver", ALL).post(path, {"reason": "No."}, format="json").json()["state"] == "rejected"
    wrong = api("contributor").put(f"{V1}/models/demand/fast-lane/", {"limits": [{"metric": "mape"}]}, format="json")
    assert [(row["field"], row["code"]) for row in wrong.json()["errors"]] == [("limits.0.worst", "missing")]
