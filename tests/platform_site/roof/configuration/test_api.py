"""Configuration as code over HTTP: the same plan and the same approvals as on the server."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from platform_site.roof.configuration import api as module
from platform_site.roof.configuration.stored import exported
from registry.models import ApprovalRequest, GatePolicy
from tests.platform_site.roof.configuration.test_apply import configured

__all__ = ["configured"]
pytestmark = pytest.mark.django_db
RENAMED = ("name: forecasting\n", "name: Forecasts\n", 1)
PLAN, APPLY = "/api/v1/configuration/plan/", "/api/v1/configuration/apply/"


def send(caller, path: str, text: str | bytes, **fields: str):
    content = text.encode() if isinstance(text, str) else text
    return caller.post(path, {"file": SimpleUploadedFile("plumbline.yaml", content), **fields}, format="multipart")


def changed(answer) -> list[tuple[str, str]]:
    return [
        (step["name"], step.get("outcome") or step["effect"])
        for step in answer.json()["steps"]
        if "same" not in step.values()
    ]


def test_a_plan_is_applied_by_its_digest_and_a_looser_policy_waits(configured, api):
    lead, text = api("lead"), exported()
    looser = text.replace("threshold: 0.5", "threshold: 0.9").replace(*RENAMED)
    planned = send(api("lead", ("read",)), PLAN, looser)
    assert (planned.status_code, changed(planned)) == (200, [("forecasting", "change"), ("floor", "request")])
    assert send(lead, APPLY, looser, digest="0" * 64).json()["code"] == "plan_changed"
    applied = send(lead, APPLY, looser, digest=planned.json()["digest"], reason="Review 41.")
    assert (applied.status_code, applied.json()["applied"]) == (200, True)
    assert changed(applied) == [("forecasting", "changed"), ("floor", "requested")]
    assert GatePolicy.objects.get(name="floor").number == 1
    assert ApprovalRequest.objects.get().state == "waiting"
    again = send(lead, APPLY, text.replace(*RENAMED))
    assert changed(again) == []


def test_scopes_and_roles_hold(configured, api):
    text = exported()
    assert send(api("lead", ("read",)), APPLY, text).status_code == 403
    refused = send(api("viewer"), APPLY, text.replace(*RENAMED))
    assert (refused.status_code, refused.json()["applied"]) == (200, False)
    assert ("forecasting", "refused") in changed(refused)
    seen = send(api("viewer"), PLAN, text)
    assert changed(seen) == [("pager: no", "cannot")], "notifications are for leads"
    assert "notifications" not in send(api("viewer"), PLAN, "version: 1\n").json()["only_here"]


@pytest.mark.parametrize(
    ("text", "status", "part"),
    [
        (b"version: 1\nteams:\n- slug: a\n", 422, "name is missing"),
        (b"\xff", 422, "not UTF-8"),
        (b"version: 1\nteams:\n- {slug: a, name: A}\n- {slug: b, name: B}\n", 422, "Split it"),
        (b"#" * 1_100_000, 413, "larger than"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_answer(db, api, monkeypatch, text, status, part):
    monkeypatch.setattr(module, "MOST_ENTRIES", 1)
    answer = send(api("lead"), PLAN, text)
    assert (answer.status_code, part in answer.content.decode()) == (status, True)
