"""Looser policies and regulated promotions as a program sees them."""

from __future__ import annotations

import pytest

from registry.models import ModelVersion
from tests.registry.versions.approvals import AUC

V1 = "/api/v1"


def post(client, path, content=None):
    return client.post(f"{V1}/{path}", content if content is not None else {}, format="json")


@pytest.fixture
def requested(api):
    lead = api("lead")
    assert post(lead, "gate-policies/", {"name": "floor", "checks": [AUC]}).status_code == 201
    answer = post(lead, "gate-policies/", {"name": "floor", "checks": [AUC | {"threshold": 0.1}], "reason": "Harder."})
    assert answer.status_code == 202, answer.json()
    return answer.json()


def test_a_lead_alone_gets_202_and_the_policy_stays(api, requested):
    assert (requested["kind"], requested["state"], requested["ways"]) == (
        "policy", "waiting", ["auc >= 0.75 becomes auc >= 0.1"],
    )  # fmt: skip
    own = post(api("lead", scopes=("read", "approve")), f"approval-requests/{requested['id']}/approve/")
    assert (own.status_code, own.json()["code"]) == (403, "own_request")
    (row,) = api("viewer").get(f"{V1}/gate-policies/?name=floor").json()["results"]
    assert (row["number"], row["checks"][0]["threshold"], row["approved_by"]) == (1, 0.75, "")


def test_another_person_approves_it(api, requested):
    approver = api("approver", scopes=("read", "approve"))
    answer = post(approver, f"approval-requests/{requested['id']}/approve/", {"reason": "Seen."})
    assert (answer.status_code, answer.json()["state"], answer.json()["decided_by"]) == (200, "approved", "approver")
    newest = api("viewer").get(f"{V1}/gate-policies/?name=floor").json()["results"][0]
    assert (newest["number"], newest["saved_by"], newest["approved_by"]) == (2, "lead", "approver")
    again = post(approver, f"approval-requests/{requested['id']}/reject/")
    assert (again.status_code, again.json()["code"]) == (409, "approval_request_decided")


def test_requests_are_listed_read_rejected_and_withdrawn(api, requested):
    viewer, path = api("viewer"), f"approval-requests/{requested['id']}/"
    assert viewer.get(f"{V1}/approval-requests/?policy=floor&state=waiting").json()["count"] == 1
    assert viewer.get(f"{V1}/approval-requests/?kind=promotion").json()["count"] == 0
    assert viewer.get(f"{V1}/{path}").json()["title"] == "Loosen policy floor"
    assert viewer.get(f"{V1}/approval-requests/99/").status_code == 404
    assert post(api("approver"), f"{path}approve/").status_code == 403  # without the scope
    assert post(api("contributor"), f"{path}withdraw/").status_code == 403
    assert post(api("lead"), f"{path}withdraw/").json()["state"] == "withdrawn"


def test_a_rejected_request_says_why(api, requested):
    approver = api("approver", scopes=("read", "approve"))
    body = post(approver, f"approval-requests/{requested['id']}/reject/", {"reason": "Too low."}).json()
    assert (body["state"], body["decision_reason"]) == ("rejected", "Too low.")


def test_a_regulated_promotion_takes_two(api, regulated):
    path = "models/demand/versions/v1/promote/"
    answer = post(api("contributor"), path, {"to": "production", "reason": "Retrained."})
    assert (answer.status_code, answer.json()["model"], answer.json()["reason"]) == (202, "demand", "Retrained.")
    assert ModelVersion.objects.get(pk=regulated.pk).stage == "staging"
    approver = api("approver", scopes=("read", "approve"))
    assert post(approver, f"approval-requests/{answer.json()['id']}/approve/").status_code == 200
    assert api("viewer").get(f"{V1}/models/demand/versions/v1/").json()["stage"] == "production"
