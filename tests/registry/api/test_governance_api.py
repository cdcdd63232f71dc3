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
def asked(api, in_production, cora):
    register(FIXED, cora)
    until = (timezone.now() + timedelta(days=3)).isoformat()
    given = {"model": "demand", "version": "v1", "reason": "Retrained on Friday.", "expires_at": until}
    answer = post(api("contributor"), "overrides/", given)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_an_override_is_asked_for_approved_and_shown(api, asked):
    assert (asked["state"], asked["in_force"], asked["causes"][0]["key"][:10]) == ("requested", False, "orders_3d:")
    approver = api("approver", scopes=("read", "approve"))
    approved = post(approver, f"overrides/{asked['id']}/approve/", {"reason": "Looked at it."})
    assert approved.status_code == 200
    told = approver.get(f"{V1}/overrides/?model=demand&state=approved").json()["results"]
    assert [(one["in_force"], one["decided_by"], one["decision_reason"]) for one in told] == [
        (True, "approver", "Looked at it.")
    ]
    gate = post(api("viewer"), "models/demand/versions/v1/deployment-gate/")
    assert (gate.status_code, gate.json()["overridden"][0]["override"]) == (200, asked["id"])
    assert post(approver, f"overrides/{asked['id']}/reject/").status_code == 409


def test_whoever_asked_gets_403_and_so_does_a_token_without_the_scope(api, asked):
    own = post(api("contributor", scopes=("read", "write", "approve")), f"overrides/{asked['id']}/approve/")
    assert (own.status_code, own.json()["code"]) == (403, "own_request")
    assert post(api("approver"), f"overrides/{asked['id']}/approve/").status_code == 403
    assert post(api("lead", scopes=("approve",)), f"overrides/{asked['id']}/approve/").status_code == 403


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
    told = lead.get(f"{V1}/gate-policies/?name=errors").json()
    assert [one["number"] for one in told["results"]] == [2, 1]
    assert post(api("contributor"), "gate-policies/", {"name": "errors", "checks": [MAPE]}).status_code == 403
    wrong = post(lead, "gate-policies/", {"name": "errors", "checks": [{"metric": "mape", "operator": "~"}]})
    assert {error["field"] for error in wrong.json()["errors"]} == {"checks.0.operator", "checks.0.threshold"}


def test_results_are_added_and_never_edited(api, model_version):
    path = "models/demand/versions/v1/evaluations/"
    ci = api("contributor")
    added = post(ci, path, {"evaluations": [{"metric": "mape", "value": 0.1, "slice": "region=north"}]})
    assert added.status_code == 201
    assert [(one["metric"], one["slice"]) for one in added.json()] == [("mape", "region=north")]
    for method in ("put", "patch", "delete"):
        assert getattr(ci, method)(f"{V1}/{path}").status_code == 405
    assert post(ci, path, {"evaluations": [{"metric": "mape"}]}).status_code == 422
    assert post(api("stranger"), path, {"evaluations": [{"metric": "m", "value": 1}]}).status_code == 403
