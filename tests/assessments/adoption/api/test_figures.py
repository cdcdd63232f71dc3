"""Adoption as a program sees it."""

from __future__ import annotations

import pytest

from assessments.adoption.api.entries import ANSWER, PROJECT, RELEASE, USE_CASE
from assessments.adoption.api.figures import RUN
from platform_site.audit.models import AuditEvent

V1 = "/api/v1"
ENTRIES = [("projects", PROJECT), ("use-cases", USE_CASE), ("showstoppers", ANSWER), ("releases", RELEASE)]


def post(client, path, content):
    return client.post(f"{V1}/{path}/", content, format="json")


def test_runs_come_single_or_as_a_list_and_once(api):
    ci = api("contributor")
    answers = [post(ci, "training-runs", body) for body in (RUN, [RUN, RUN | {"external_id": "2"}], RUN)]
    assert [answer.status_code for answer in answers] == [201, 201, 200]
    assert [answer.json() for answer in answers] == [
        {"recorded": 1, "known": 0}, {"recorded": 1, "known": 1}, {"recorded": 0, "known": 1},
    ]  # fmt: skip
    listed = ci.get(f"{V1}/training-runs/?orchestrator=airflow&ordering=started_at").json()
    assert listed["count"] == 2


def test_every_fault_of_a_list_is_reported_with_its_index(api):
    answer = post(api("contributor"), "training-runs", [RUN, RUN | {"team": ""}, {"who": 1}])
    assert answer.status_code == 400
    fields = {fault["field"] for fault in answer.json()["errors"]}
    assert {"1.team", "2.who", "2.team", "2.model"} <= fields
    late = post(api("contributor"), "training-runs", [RUN, RUN | {"started_at": "2999-01-01T00:00:00Z"}])
    assert (late.status_code, late.json()["errors"][0]["field"]) == (422, "1.started_at")


@pytest.mark.parametrize("body", [[], [RUN] * 1_001, "x", [[]], [1], {}])
def test_what_is_no_list_of_runs_is_refused(api, body):
    assert post(api("contributor"), "training-runs", body).status_code == 400


@pytest.mark.parametrize(("path", "body"), ENTRIES)
def test_an_entry_is_added_and_listed(api, path, body):
    ci = api("contributor")
    added = post(ci, path, body)
    assert added.status_code == 201, added.json()
    assert body.items() <= added.json().items()
    assert ci.get(f"{V1}/{path}/?sample=false").json()["count"] == 1
    assert post(api("viewer"), path, body).status_code == 403


@pytest.mark.parametrize(("path", "body"), ENTRIES)
def test_an_entry_is_read_and_changed_in_part(api, path, body):
    ci = api("contributor")
    added = post(ci, path, body).json()
    where = f"{V1}/{path}/{added['id']}/"
    words = {"answer": "a shorter queue"} if path == "showstoppers" else {"name": "another name"}
    changed = ci.patch(where, words, format="json")
    assert (changed.status_code, changed.json()) == (200, added | words)
    assert ci.patch(where, words, format="json").status_code == 200
    assert AuditEvent.objects.filter(action__endswith=".changed").count() == 1, "the same again is no change"
    assert ci.get(where).json() == changed.json()
    assert ci.patch(where, {"colour": "red"}, format="json").status_code == 400
    assert api("viewer").patch(where, words, format="json").status_code == 403
    assert ci.get(f"{V1}/{path}/9999/").status_code == 404


def test_the_same_project_twice_is_a_fault(api):
    ci = api("contributor")
    post(ci, "projects", PROJECT)
    answer = post(ci, "projects", PROJECT)
    assert answer.status_code == 422
    assert "on record already" in answer.json()["errors"][0]["message"]


def test_adoption_is_reported_whole(api):
    ci = api("contributor")
    for path, body in [*ENTRIES, ("training-runs", RUN)]:
        post(ci, path, body)
    answer = api("viewer").get(f"{V1}/adoption/").json()
    assert set(answer) == {
        "monthly_active_teams", "teams_falling", "new_projects", "projects_falling", "coverage", "time_to_first_success",
        "showstoppers", "velocity", "diagnosis",
    }  # fmt: skip
    assert answer["coverage"] == {"supported": 1, "on_platform": 1, "share": 1.0, "escape_hatch_gaps": 0}
    assert answer["velocity"]["years"] == [{"year": 2026, "releases": 1, "median_weeks": 10.0}]
    assert [finding["id"] for finding in answer["diagnosis"]["findings"]] == [
        "adoption_failure", "bottleneck", "premature_complexity",
    ]  # fmt: skip
    assert len(answer["monthly_active_teams"]) == 12


def test_only_leads_take_samples_away(api):
    assert api("contributor").delete(f"{V1}/adoption/samples/").status_code == 403
    answer = api("lead").delete(f"{V1}/adoption/samples/")
    assert (answer.status_code, answer.json()) == (200, {"removed": 0})
