"""Evidence on the pages and over the API."""

from __future__ import annotations

import pytest

from tests.assessments.conftest import stated

V1 = "/api/v1"


@pytest.fixture
def begun(api):
    lead = api("lead")
    lead.post(f"{V1}/organizations/", {"slug": "exampleco", "name": "ExampleCo"}, format="json")
    given = {"organization": "exampleco", "assessed_on": "2026-11-02", "items": stated()}
    return lead.post(f"{V1}/assessments/", given, format="json").json()["id"]


def test_each_claim_comes_with_its_evidence_over_the_api(api, begun):
    told = {one["capability"]: one for one in api("viewer").get(f"{V1}/assessments/{begun}/evidence/").json()}
    assert len(told) == 17
    assert (told["audit_log"]["measured"], told["audit_log"]["denominator"]) == ("implemented", 1)
    assert (told["lineage"]["measured"], told["lineage"]["agrees"]) == (None, None)


def test_an_unknown_assessment_has_no_evidence(api, db):
    assert api("viewer").get(f"{V1}/assessments/999999/evidence/").status_code == 404
