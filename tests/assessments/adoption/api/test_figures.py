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
        {"recorded": 1, "known": 0, "corrected": 0}, {"recorded": 1, "known": 1, "corrected": 0},
        {"recorded": 0, "known": 1, "corrected": 0},
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
        "showstoppers", "velocity", "diagnosis", "teams",
    }  # fmt: skip
    assert answer["coverage"] == {
        "supported": 1, "on_platform": 1, "share": 1.0, "escape_hatch_gaps": 0, "gaps": [], "run_elsewhere": [],
    }  # fmt: skip
    assert answer["monthly_active_teams"][-1]["names"] in ([], ["forecasting"])
    signals = [signal for finding in answer["diagnosis"]["findings"] for signal in finding["signals"]]
    assert len(signals) == 11
    assert all(signal["because"] for signal in signals)
    assert answer["velocity"]["not_compared_because"].endswith("2026 has 1.")
    assert answer["time_to_first_success"][0]["minutes"] == 20.0
    assert answer["velocity"]["years"] == [{"year": 2026, "releases": 1, "median_weeks": 10.0}]
    assert [finding["id"] for finding in answer["diagnosis"]["findings"]] == [
        "adoption_failure", "bottleneck", "premature_complexity",
    ]  # fmt: skip
    assert len(answer["monthly_active_teams"]) == 12


def test_only_leads_take_samples_away(api):
    assert api("contributor").delete(f"{V1}/adoption/samples/").status_code == 403
    answer = api("lead").delete(f"{V1}/adoption/samples/")
    assert (answer.status_code, answer.json()) == (200, {"removed": 0})


def test_a_duration_is_an_end_and_both_have_to_agree(api):
    ci, run = api("contributor"), {name: value for name, value in RUN.items() if name != "ended_at"}
    assert post(ci, "training-runs", run | {"duration_seconds": 90}).status_code == 201
    listed = ci.get(f"{V1}/training-runs/").json()["results"][0]
    assert listed["ended_at"] == "2026-11-02T09:01:30Z"
    assert ci.get(f"{V1}/training-runs/{listed['id']}/").json() == listed
    both = post(ci, "training-runs", RUN | {"duration_seconds": 90})
    assert (both.status_code, both.json()["errors"][0]["field"]) == (400, "ended_at")
    early = post(ci, "training-runs", RUN | {"ended_at": "2026-11-02T08:00:00Z", "external_id": "other"})
    assert (early.status_code, early.json()["errors"][0]["field"]) == (422, "0.ended_at")


@pytest.mark.parametrize(("path", "body"), [*ENTRIES, ("training-runs", RUN)])
def test_a_record_is_removed_with_a_reason_and_the_log_has_what_it_was(api, path, body):
    ci = api("contributor")
    post(ci, path, body)
    pk = ci.get(f"{V1}/{path}/").json()["results"][0]["id"]
    assert post(ci, f"{path}/{pk}/remove", {}).status_code == 400
    assert post(ci, f"{path}/{pk}/remove", {"reason": "Recorded twice."}).status_code == 204
    assert ci.get(f"{V1}/{path}/").json()["count"] == 0
    event = AuditEvent.objects.get(action__endswith=".removed").content
    assert event["reason"] == "Recorded twice."
    assert {name for name in body if name not in event} <= {"duration_seconds"}
    assert post(api("viewer"), f"{path}/{pk}/remove", {"reason": "x"}).status_code == 404


def test_a_release_serves_answers_and_use_cases_by_their_ids(api):
    ci = api("contributor")
    answer, use_case = post(ci, "showstoppers", ANSWER).json()["id"], post(ci, "use-cases", USE_CASE).json()["id"]
    release = post(ci, "releases", RELEASE | {"answers": [answer], "use_cases": [use_case]}).json()
    assert (release["answers"], release["use_cases"]) == ([answer], [use_case])
    where = f"{V1}/releases/{release['id']}/"
    assert ci.patch(where, {"answers": []}, format="json").json()["answers"] == []
    change = AuditEvent.objects.get(action="release.changed").content["changes"]
    assert change == {"answers": {"from": ["search: GPU quota without a ticket"], "to": []}}
    assert ci.patch(where, {"answers": [999]}, format="json").status_code == 400


def test_answers_are_merged_and_separated(api):
    ci, lead = api("contributor"), api("lead")
    for words in ("own container", "C++ serving"):
        post(ci, "showstoppers", ANSWER | {"answer": words})
    body = {"wordings": ["own container", "c++ serving"], "into": "Run my own container"}
    assert post(ci, "showstoppers/merge", body).status_code == 403
    assert post(lead, "showstoppers/merge", body).json() == {"changed": 2}
    listed = ci.get(f"{V1}/showstoppers/").json()["results"]
    assert {answer["counted_as"] for answer in listed} == {"Run my own container"}
    assert post(lead, "showstoppers/separate", {"merged": "Run my own container"}).json() == {"changed": 2}


def test_a_file_is_imported_whole_or_its_good_rows(api):
    ci = api("contributor")
    file = {"kind": "use-cases", "content": "name,supported,on_platform\nbatch,yes,no\nstream,perhaps,no\n"}
    refused = post(ci, "adoption/import", file)
    assert (refused.status_code, refused.json()["errors"][0]["message"]) == (
        422, "Line 3, supported: “perhaps”. Write yes or no.",
    )  # fmt: skip
    assert post(ci, "adoption/import", file | {"good_rows_only": True}).json() == {
        "new": 1, "changed": 0, "same": 0, "left_out": 1,
    }  # fmt: skip
    assert post(ci, "adoption/import", file | {"zone": "Mars"}).json()["errors"][0]["field"] == "zone"
    assert post(api("viewer"), "adoption/import", file).status_code == 403
