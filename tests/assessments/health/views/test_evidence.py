"""Evidence on the pages and over the API."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.adoption.actions import record_training_runs
from assessments.health.queries.evidence import evidence_of
from assessments.organizations.queries import get_assessment
from tests.assessments.conftest import stated

V1 = "/api/v1"


@pytest.fixture
def begun(api):
    lead = api("lead")
    lead.post(f"{V1}/organizations/", {"slug": "exampleco", "name": "ExampleCo"}, format="json")
    values = {"organization": "exampleco", "assessed_on": "2026-11-02", "model_count": 1, "items": stated()}
    return lead.post(f"{V1}/assessments/", values, format="json").json()["id"]


def test_each_claim_comes_with_its_evidence_over_the_api(api, begun, in_production):
    by_name = {row["capability"]: row for row in api("viewer").get(f"{V1}/assessments/{begun}/evidence/").json()}
    assert len(by_name) == 17
    registry = by_name["model_registry"]
    assert (registry["claimed"], registry["measured"], registry["agrees"]) == ("partial", "implemented", False)
    assert (registry["coverage"], registry["counter_examples"], registry["stored_at"]) == (
        {"seen": 1, "stated": 1},
        [],
        None,
    )
    assert (by_name["audit_log"]["measured"], by_name["audit_log"]["agrees"]) == (None, None), "nothing was promoted"


def test_the_assessment_shows_what_the_registry_says_and_takes_it_over(browser_of, begun, in_production):
    lead = browser_of("lead")
    page = lead.get(f"/assessments/{begun}/").content.decode()
    assert "Entered and measured" in page
    assert "Nothing measured" in page
    assert lead.get(f"/assessments/{begun}/evidence/lineage/").status_code == 200
    assert lead.post(f"/assessments/{begun}/evidence/model_registry/take-over/").status_code == 302
    html = lead.get(f"/assessments/{begun}/").content.decode()
    assert "model_registry is now set to implemented" in html


def test_training_is_measured_by_who_reported_the_runs(browser_of, begun, lea):
    record_training_runs(
        [
            {"team": "ops", "model": model, "started_at": timezone.now(), "succeeded": True, "orchestrator": by}
            for model, by in (("eta", "airflow"), ("demand", ""))
        ],
        actor=lea,
    )
    result = {evidence.capability: evidence for evidence in evidence_of(get_assessment(begun))}["orchestrated_training"]
    assert result.sentence == "Entered as implemented; 1 of 2 training runs in 30 days have it."
    assert (result.coverage, result.counter_examples) == ((2, 1), ("ops, demand",))
    page = browser_of("viewer").get(f"/assessments/{begun}/evidence/orchestrated_training/")
    assert [(row["what"], row["has"]) for row in page.context["page_obj"]] == [
        ("ops, demand", False),
        ("ops, eta", True),
    ]


def test_what_has_no_list_is_not_found(browser_of, begun):
    assert browser_of("viewer").get(f"/assessments/{begun}/evidence/compute_scaling/").status_code == 404
