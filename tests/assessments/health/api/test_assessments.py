"""Health as a program sees it."""

from __future__ import annotations

import pytest

from assessments.models import Assessment
from tests import golden
from tests.assessments.conftest import stated

V1 = "/api/v1"


@pytest.fixture
def lead(api):
    return api("lead")


def post(client, path, content=None):
    return client.post(f"{V1}/{path}", content if content is not None else {}, format="json")


@pytest.fixture
def begun(lead):
    assert post(lead, "organizations/", {"slug": "exampleco", "name": "ExampleCo"}).status_code == 201
    values = {"organization": "exampleco", "assessed_on": "2026-11-02", "model_count": 8, "items": stated()}
    answer = post(lead, "assessments/", values)
    assert answer.status_code == 201, answer.json()
    return answer.json()["id"]


def test_the_worked_case_is_summed_up_as_the_contract_says(lead, begun):
    assert post(lead, f"assessments/{begun}/publish/").json()["state"] == "published"
    body = lead.get(f"{V1}/assessments/{begun}/summary/").json()
    assert set(body) == {
        "organization", "assessed_on", "models", "teams", "total_capabilities", "applicable", "by_status",
        "health_score", "critical_gaps", "confirmed_level", "provisional_level", "blockers", "next_step", "by_group",
        "recommendations", "left_out",
    }  # fmt: skip
    assert (body["health_score"], body["by_status"]["implemented"], body["models"]) == (35.3, 6, 8)
    assert body["confirmed_level"] == "Level 0 — Ad hoc"
    assert body["next_step"] == {
        "capability": "model_registry",
        "from": "partial",
        "reaches": "Level 1 — Repeatable Pipelines",
    }
    assert body["blockers"][0]["capabilities"] == [{"capability": "model_registry", "status": "partial"}]


def test_a_published_assessment_answers_409(lead, begun):
    change = {"items": [{"capability": "lineage", "status": "implemented"}]}
    assert lead.patch(f"{V1}/assessments/{begun}/", change, format="json").status_code == 200
    post(lead, f"assessments/{begun}/publish/")
    for answer in (
        lead.patch(f"{V1}/assessments/{begun}/", change, format="json"),
        post(lead, f"assessments/{begun}/publish/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "assessment_published")


def test_every_fault_comes_at_once(lead):
    answer = post(lead, "assessments/", {"assessed_on": "soon", "colour": "red", "items": [{"status": "maybe"}]})
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} >= {"organization", "assessed_on", "colour"}
    assert not Assessment.objects.exists()


def test_lists_are_filtered_by_names_that_answers_use(lead, begun):
    for query, count in (("organization=exampleco", 1), ("state=published", 0), ("state=draft", 1)):
        assert lead.get(f"{V1}/assessments/?{query}").json()["count"] == count
    refused = lead.get(f"{V1}/assessments/?organisation=exampleco")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "unknown_parameter"


def test_an_organization_is_read_and_changed(lead, begun):
    changed = lead.patch(f"{V1}/organizations/exampleco/", {"compliance": True, "shipping_teams": 3}, format="json")
    assert changed.status_code == 200
    body = lead.get(f"{V1}/organizations/exampleco/").json()
    assert (body["compliance"], body["shipping_teams"], body["production_models"]) == (True, 3, None)
    assert lead.patch(f"{V1}/organizations/exampleco/", {"slug": "x"}, format="json").status_code == 400
    assert post(lead, "organizations/", {"slug": "exampleco", "name": "Twice"}).status_code == 422
    assert lead.get(f"{V1}/organizations/nowhere/").status_code == 404


def test_only_leads_write(api, lead, begun):
    contributor = api("contributor")
    assert post(contributor, "organizations/", {"slug": "x", "name": "X"}).status_code == 403
    assert post(contributor, f"assessments/{begun}/publish/").status_code == 403


@pytest.mark.parametrize("case", golden.load("triggers")["cases"], ids=lambda case: case["what"][:40])
def test_the_conditions_are_evaluated(api, case):
    answer = post(api("viewer", scopes=("read",)), "triggers/evaluate/", case["facts"])
    assert answer.status_code == 200, answer.json()
    body = answer.json()
    states = {condition["id"]: condition["state"] for condition in body["conditions"]}
    seen = states | {name: body[name] for name in ("verdict", "most_urgent", "phase_1")}
    assert {name: seen[name] for name in case["expect"]} == case["expect"]


TICKET = {"source": "jira", "external_id": "ML-1", "title": "Grant access", "opened_at": "2026-11-02T09:00:00Z"}


def test_a_ticket_is_recorded_once_and_its_type_can_be_said(api):
    ci = api("contributor")
    first, again = post(ci, "tickets/", TICKET), post(ci, "tickets/", TICKET)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["type"], first.json()["typed_by"]) == ("access", "rule")
    body = ci.patch(f"{V1}/tickets/{first.json()['id']}/", {"type": "bug"}, format="json").json()
    assert (body["type"], body["typed_by"], body["title"]) == ("bug", "person", "Grant access")
    assert ci.get(f"{V1}/tickets/?type=bug").json()["count"] == 1


def test_the_triage_of_a_window(api):
    ci = api("contributor")
    post(ci, "tickets/", TICKET | {"resolved_at": "2026-11-02T13:00:00Z"})
    body = ci.get(f"{V1}/tickets/triage/?from=2026-11-01T00:00:00Z&to=2026-11-15T00:00:00Z").json()
    assert set(body) == {
        "window", "total", "untagged", "proposed", "by_type", "vital_few", "tickets_per_week", "per_engineer_per_day",
        "off_platform_share", "platform_unknown", "hints", "hours_are", "recorded_hours", "estimated_hours",
        "capacity_hours", "over_capacity", "counted_in", "titles_read",
    }  # fmt: skip
    assert body["window"] == {"from": "2026-11-01T00:00:00Z", "to": "2026-11-15T00:00:00Z"}
    (figures,) = body["by_type"]
    assert (figures["type"], figures["median_resolution_hours"], figures["hours_are"]) == (
        "access", 4.0, "none",
    )  # fmt: skip
    assert body["hints"][0]["type"] == "access"


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("from=garbage&to=garbage", 400, "from"),
        ("from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z", 422, "from"),
        ("to=0001-01-01T00:00:00Z", 422, "from"),
        ("since=2026-11-02", 400, "since"),
        ("organization=nowhere", 404, None),
    ],
)
def test_a_window_that_means_nothing_is_reported(api, query, status, field):
    answer = api("viewer").get(f"{V1}/tickets/triage/?{query}")
    assert answer.status_code == status
    if field:
        assert answer.json()["errors"][0]["field"] == field


def test_a_draft_is_discarded_over_the_api_and_a_published_one_is_not(api, draft, lea):
    lead, path = api("lead"), f"/api/v1/assessments/{draft.pk}/"
    assert api("viewer").delete(path).status_code == 403
    assert lead.delete(path).status_code == 204
    assert lead.get(path).status_code == 404


def test_a_published_assessment_is_not_discarded_over_the_api(api, published):
    refused = api("lead").delete(f"/api/v1/assessments/{published.pk}/")
    assert (refused.status_code, refused.json()["code"]) == (409, "assessment_published")


def test_a_correction_over_the_api_takes_over_the_counts(api, published):
    body = {"organization": "exampleco", "assessed_on": "2026-11-02", "corrects": published.pk}
    begun = api("lead").post("/api/v1/assessments/", body, format="json").json()
    assert (begun["corrects"], begun["model_count"], begun["team_count"]) == (published.pk, 8, 3)


def test_a_day_in_the_future_is_a_fault_of_its_field(api, organization):
    body = {"organization": "exampleco", "assessed_on": "2031-01-01"}
    refused = api("lead").post("/api/v1/assessments/", body, format="json")
    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == ["assessed_on"]
