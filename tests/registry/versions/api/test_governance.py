"""Overrides and policies as a program sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.registry.conftest import FIXED, register

V1 = "/api/v1"
MAPE = {"metric": "mape", "operator": "<=", "threshold": 0.15}


def post(client, path, content=None):
    return client.post(f"{V1}/{path}", content if content is not None else {}, format="json")


@pytest.fixture
def requested(api, in_production, cora):
    register(FIXED, cora)
    until = (timezone.now() + timedelta(days=3)).isoformat()
    values = {"model": "demand", "version": "v1", "reason": "Retrained on Friday.", "expires_at": until}
    answer = post(api("contributor"), "overrides/", values)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_an_override_is_asked_for_approved_and_shown(api, requested):
    assert (requested["state"], requested["in_force"], requested["causes"][0]["key"][:10]) == (
        "requested",
        False,
        "orders_3d:",
    )
    approver = api("approver", scopes=("read", "approve"))
    approved = post(approver, f"overrides/{requested['id']}/approve/", {"reason": "Looked at it."})
    assert approved.status_code == 200
    body = approver.get(f"{V1}/overrides/?model=demand&state=approved").json()["results"]
    assert [(row["in_force"], row["decided_by"], row["decision_reason"]) for row in body] == [
        (True, "approver", "Looked at it.")
    ]
    gate = post(api("viewer"), "models/demand/versions/v1/deployment-gate/")
    assert (gate.status_code, gate.json()["overridden"][0]["override"]) == (200, requested["id"])
    assert post(approver, f"overrides/{requested['id']}/reject/").status_code == 409


def test_whoever_asked_gets_403_and_so_does_a_token_without_the_scope(api, requested):
    own = post(api("contributor", scopes=("read", "write", "approve")), f"overrides/{requested['id']}/approve/")
    assert (own.status_code, own.json()["code"]) == (403, "own_request")
    assert post(api("approver"), f"overrides/{requested['id']}/approve/").status_code == 403
    assert post(api("lead", scopes=("approve",)), f"overrides/{requested['id']}/approve/").status_code == 403


def test_faults_come_at_once(api, in_production):
    answer = post(api("contributor"), "overrides/", {"model": "demand", "expires_at": "soon", "colour": "red"})
    assert {error["field"] for error in answer.json()["errors"]} == {"version", "reason", "expires_at", "colour"}
    assert post(api("contributor"), "overrides/99/approve/").status_code == 403
    assert post(api("approver", scopes=("approve",)), "overrides/99/approve/").status_code == 404


def test_a_policy_is_saved_version_by_version(api, people):
    lead = api("lead")
    first = post(lead, "gate-policies/", {"name": "errors", "checks": [MAPE]})
    second = post(lead, "gate-policies/", {"name": "errors", "checks": [MAPE | {"threshold": 0.1}], "reason": "better"})
    assert [answer.status_code for answer in (first, second)] == [201, 201]
    assert (second.json()["number"], second.json()["checks"][0]["threshold"]) == (2, 0.1)
    body = lead.get(f"{V1}/gate-policies/?name=errors").json()
    assert [row["number"] for row in body["results"]] == [2, 1]
    compared = post(lead, "gate-policies/", {"name": "rmse", "checks": [{"metric": "rmse", "baseline": "serving"}]})
    assert compared.json()["checks"][0] | {"groups": None} == {
        "metric": "rmse", "slice": "", "operator": "", "threshold": None, "baseline": "serving", "max_worse": 0.02,
        "required": True, "groups": None,
    }  # fmt: skip
    assert post(api("contributor"), "gate-policies/", {"name": "errors", "checks": [MAPE]}).status_code == 403
    wrong = post(lead, "gate-policies/", {"name": "errors", "checks": [{"metric": "mape", "operator": "~"}]})
    assert {error["field"] for error in wrong.json()["errors"]} == {"checks.0.operator", "checks.0.threshold"}


def test_results_are_added_and_never_edited(api, model_version):
    path = "models/demand/versions/v1/evaluations/"
    ci = api("contributor")
    added = post(ci, path, {"evaluations": [{"metric": "mape", "value": 0.1, "slice": "region=north"}]})
    assert added.status_code == 201
    assert [(row["metric"], row["slice"]) for row in added.json()] == [("mape", "region=north")]
    for method in ("put", "patch", "delete"):
        assert getattr(ci, method)(f"{V1}/{path}").status_code == 405
    assert post(ci, path, {"evaluations": [{"metric": "mape"}]}).status_code == 422
    assert post(api("stranger"), path, {"evaluations": [{"metric": "m", "value": 1}]}).status_code == 403


REPORT = {
    "model": "demand", "version": "v1", "environment": "production",
    "window": ["2026-01-05T08:00:00Z", "2026-01-05T09:00:00Z"], "latency_ms": {"p50": 12.5, "p95": 41},
    "error_rate": 0.002, "predictions": 18250,
}  # fmt: skip


def test_serving_reports_what_it_runs_and_gets_the_skew(api, in_production, browser_of):
    ci = api("contributor")
    due = ci.get(f"{V1}/models/demand/versions/v1/serving-features/").json()[0]["version"]
    right = post(ci, "serving-reports/", REPORT | {"features": {"orders_3d": {"version": due}}})
    assert (right.status_code, right.json()["skew"]) == (201, [])
    wrong = post(ci, "serving-reports/", REPORT | {"features": {"orders_3d": {"version": "000000000000"}}})
    assert wrong.json()["skew"][0]["expected"] == due
    (alert,) = ci.get(f"{V1}/alerts/?model=demand").json()["results"]
    assert (alert["check_run"], alert["serving_report"]) == (None, wrong.json()["id"])
    page = browser_of("viewer").get("/registry/models/demand/v1/").content.decode()
    assert f"serves 000000000000 instead of {due}" in page
    assert browser_of("viewer").get("/registry/alerts/").status_code == 200


def test_every_fault_of_a_report_comes_at_once(api, in_production):
    wrong = REPORT | {"window": ["soon"], "error_rate": 2, "predictions": -1, "features": {"x": {}}}
    answer = post(api("contributor"), "serving-reports/", wrong)
    assert answer.status_code == 400
    fields = {error["field"].split(".")[0] for error in answer.json()["errors"]}
    assert fields == {"window", "error_rate", "predictions", "features"}


def test_a_version_is_shown_anew_after_whatever_happens_to_it(api, in_production, cora):
    """The endpoint answers from memory; every action that changes its answer must be seen in the next one."""
    ci, path = api("contributor"), f"{V1}/models/demand/versions/v1/"
    approver = api("approver", scopes=("approve",))
    due = ci.get(path).json()["feature_snapshot"]["orders_3d"]
    until = (timezone.now() + timedelta(days=3)).isoformat()
    values = {"model": "demand", "version": "v1", "reason": "x", "expires_at": until}
    evaluations = {"evaluations": [{"metric": "mae", "value": 1}]}
    steps = [
        lambda: post(ci, "models/demand/versions/v1/evaluations/", evaluations),
        lambda: post(ci, "models/demand/versions/v1/deployment-gate/"),
        lambda: ci.put(f"{path}pins/", {"orders_3d": due}, format="json"),
        lambda: ci.put(f"{path}pins/", {"orders_3d": None}, format="json"),
        lambda: register(FIXED, cora) and post(ci, "overrides/", values),
        lambda: post(approver, f"overrides/{ci.get(path).json()['overrides'][0]['id']}/approve/"),
        lambda: post(ci, "models/demand/versions/v1/promote/", {"to": "archived"}),
    ]
    before = ci.get(path).json()
    for step in steps:
        assert step().status_code < 300
        body = ci.get(path).json()
        assert body != before
        assert body == ci.get(path).json()
        before = body
    assert (body["stage"], body["overrides"][0]["state"]) == ("archived", "approved")
