"""Deployments, changes that wait and rollouts as a program sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.access import SYSTEM, Role
from platform_site.people.actions import set_roles
from tests.registry.conftest import FIXED, register
from tests.registry.serving.story import STEPS, approved, ask

V1 = "/api/v1"
ASKED = {
    "model": "demand", "version": "v1", "environment": "production", "traffic_percent": 100, "thresholds": {"alarm": 0.5},
    "feature_pins": {},
}  # fmt: skip


def post(client, path, content=None):
    return client.post(f"{V1}/{path}", content if content is not None else {}, format="json")


@pytest.fixture
def waiting(api, in_production):
    answer = post(api("contributor"), "deployments/", ASKED)
    assert answer.status_code == 202, answer.json()
    return answer.json()


@pytest.fixture
def approver(api):
    return api("approver", scopes=("read", "approve"))


def test_a_change_waits_is_approved_and_serves(api, waiting, approver):
    result = waiting["impact"], waiting["state"], waiting["change_request"], waiting["parts"][0]["kind"]
    assert result == (100, "waiting", waiting["id"], "version")
    assert approver.get(f"{V1}/change-requests/?state=waiting").json()["count"] == 1
    made = post(approver, f"change-requests/{waiting['id']}/approve/", {"reason": "Looked at it."})
    assert made.status_code == 200, made.json()
    revision = made.json()["revision"]
    assert (revision["number"], revision["approved_by"], revision["content"]) == (
        1, "approver", {"weights": {"v1": 100}, "thresholds": {"alarm": 0.5}, "pins": {}},
    )  # fmt: skip
    assert post(approver, f"change-requests/{waiting['id']}/reject/").status_code == 409
    again = post(api("contributor"), "deployments/", ASKED)
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    small = post(api("contributor"), "deployments/", ASKED | {"thresholds": {"alarm": 0.52}})
    assert (small.status_code, small.json()["revision"]["approved_by"]) == (201, None)
    listed = approver.get(f"{V1}/deployments/?model=demand&environment=production").json()
    assert [row["revision"]["number"] for row in listed["results"]] == [2, 1]


def test_nobody_approves_their_own_by_whatever_token(api, people, waiting):
    own = api("contributor", scopes=("read", "write", "approve", "admin"))
    set_roles(people["contributor"], list(Role), actor=SYSTEM)  # a superuser now, with every role
    for decision in ("approve", "reject"):
        answer = post(own, f"change-requests/{waiting['id']}/{decision}/")
        assert (answer.status_code, answer.json()["code"]) == (403, "own_request")
    assert post(api("approver"), f"change-requests/{waiting['id']}/approve/").status_code == 403, "without the scope"
    for name in ("admin", "lead", "viewer", "stranger"):
        answer = post(api(name, scopes=("approve",)), f"change-requests/{waiting['id']}/approve/")
        assert answer.status_code == 403, name
    assert own.get(f"{V1}/change-requests/{waiting['id']}/").json()["state"] == "waiting"


def test_a_stale_request_and_a_closed_gate_are_409(api, serving, second, cora, approver, in_production):
    stale = post(api("contributor"), "deployments/", ASKED | {"version": "v2", "traffic_percent": 50}).json()
    ask(in_production, cora, thresholds={"alarm": 0.51})
    answer = post(approver, f"change-requests/{stale['id']}/approve/")
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    register(FIXED, cora)
    blocked = post(api("contributor"), "deployments/", ASKED | {"version": "v2", "traffic_percent": 50})
    body = blocked.json()
    assert (blocked.status_code, body["decision"], body["conflicts"][0]["feature"]) == (409, "BLOCKED", "orders_3d")
    assert {way["kind"] for way in body["ways_out"]} >= {"pin", "rollback", "retrain"}


def test_a_deployments_pins_are_what_serving_must_compute_there(api, in_production, cora):
    ci, path = api("contributor"), f"{V1}/models/demand/versions/v1/serving-features/"
    (trained,) = (row["version"] for row in ci.get(path).json())
    changed = register(FIXED, cora).version.name
    until = (timezone.now() + timedelta(days=3)).isoformat()
    values = {"model": "demand", "version": "v1", "reason": "x", "expires_at": until, "pins": {"orders_3d": changed}}
    word = post(ci, "overrides/", values).json()["id"]
    post(api("approver", scopes=("approve",)), f"overrides/{word}/approve/")
    approved(in_production, cora, percent=100, pins={"orders_3d": changed})
    body = [ci.get(f"{path}?environment={where}").json()[0]["version"] for where in ("production", "staging", "")]
    assert body == [changed, trained, trained]


def test_rollback_and_rehearsal_in_one_call(api, serving, second, cora):
    made, ci = approved(second, cora, percent=100), api("contributor")
    path = f"deployments/{made.pk}/rollback/"
    tried = post(ci, path, {"to_revision": 1, "rehearsal": True, "reason": "Drill."})
    assert (tried.status_code, tried.json()["rehearsal"], tried.json()["revision"]["number"]) == (201, True, 1)
    back = post(ci, path, {"to_revision": 1, "reason": "Errors."}).json()
    assert (back["kind"], back["revision"]["restores"], back["revision"]["number"]) == ("rollback", 1, 3)
    assert post(ci, path, {"to_revision": 9, "reason": "x"}).status_code == 422
    assert post(ci, path, {"to_revision": 0}).status_code == 400
    assert post(api("stranger"), path, {"to_revision": 1, "reason": "x"}).status_code == 403
    assert post(ci, "deployments/99/rollback/", {"to_revision": 1, "reason": "x"}).status_code == 404


def test_a_rollout_is_asked_for_resumed_and_ended(api, serving, second, approver):
    ci = api("contributor")
    target = {name: ASKED[name] for name in ("model", "environment")} | {"version": "v2"}
    result = post(ci, "rollouts/", target | {"steps": STEPS})
    assert (result.status_code, result.json()["plan"]) == (202, STEPS)
    post(approver, f"change-requests/{result.json()['id']}/approve/")
    (row,) = ci.get(f"{V1}/rollouts/?state=running").json()["results"]
    assert (row["position"], row["traffic_percent"]) == (1, 5)
    assert post(ci, f"rollouts/{row['id']}/resume/").status_code == 409
    assert post(ci, f"rollouts/{row['id']}/abort/", {"reason": "enough"}).json()["state"] == "aborted"
    assert ci.get(f"{V1}/rollouts/{row['id']}/").json()["ended_at"]
    default = post(ci, "rollouts/", target)
    assert (default.status_code, default.json()["errors"][0]["field"]) == (422, "steps"), "it has 5 % already"


def test_faults_come_at_once_and_withdrawing_is_for_whoever_asked(api, waiting):
    wrong = {"model": "demand", "version": "v1", "environment": "production", "traffic_percent": 101, "colour": "red"}
    answer = post(api("contributor"), "deployments/", wrong | {"thresholds": {"a": "high"}, "feature_pins": []})
    fields = {error["field"].split(".")[0] for error in answer.json()["errors"]}
    assert (answer.status_code, fields) == (400, {"traffic_percent", "colour", "thresholds", "feature_pins"})
    assert post(api("contributor"), "deployments/", wrong | {"version": "v9"}).status_code == 400
    assert post(api("lead"), f"change-requests/{waiting['id']}/withdraw/").status_code == 403
    assert post(api("contributor"), f"change-requests/{waiting['id']}/withdraw/").json()["state"] == "withdrawn"
    for method in ("put", "patch", "delete"):
        assert getattr(api("contributor"), method)(f"{V1}/change-requests/{waiting['id']}/").status_code == 405


def test_what_was_seen_is_what_is_approved(serving, second, cora, api):
    request = ask(second, cora, percent=50).request
    approver, path = api("approver", ("read", "write", "approve")), f"{V1}/change-requests/{request.pk}"
    for decision in ("approve", "reject"):
        stale = approver.post(f"{path}/{decision}/", {"diff_digest": "0" * 64}, format="json")
        assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    seen = approver.get(f"{path}/").json()
    assert (seen["state"], seen["decided_through"]) == ("waiting", "")
    made = approver.post(f"{path}/approve/", {"diff_digest": seen["digest"]}, format="json")
    assert made.status_code == 200
    decided = approver.get(f"{path}/").json()
    assert (decided["state"], decided["decided_by"]) == ("approved", "approver")
    assert decided["decided_through"].startswith("the token plb_")


def test_a_bot_gets_a_link_for_each_approver(serving, second, cora, api):
    request = ask(second, cora, percent=50).request
    path = f"{V1}/change-requests/{request.pk}/links/"
    (link,) = api("contributor").post(path, {}, format="json").json()
    assert (link["approver"], link["digest"], link["mail"]) == ("approver", request.digest, "not_mailed")
    assert link["url"].startswith("http://testserver/registry/approval-links/")
    assert api("stranger").post(path, {}, format="json").status_code == 403
