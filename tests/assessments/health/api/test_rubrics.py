"""An organization's own levels over the API."""

from __future__ import annotations

import pytest

from assessments.health.rules.maturity import Level

pytestmark = pytest.mark.django_db
OWN = [Level("1", "Stored", ("artifact_store",)), Level("2", "Traced", ("artifact_store", "lineage"))]


def test_levels_are_set_over_the_api(api, organization):
    lead, path = api("lead"), "/api/v1/organizations/exampleco/rubrics/"
    values = {"reason": "Agreed.", "levels": [level._asdict() for level in OWN]}
    made = lead.post(path, values, format="json")
    assert (made.status_code, made.json()["number"]) == (201, 1)
    assert [row["label"] for row in lead.get(path).json()["results"][0]["levels"]] == ["Stored", "Traced"]
    draft = {"organization": "exampleco", "assessed_on": "2026-11-20"}
    assert lead.post("/api/v1/assessments/", draft, format="json").json()["rubric"] == 1
    begun = lead.post("/api/v1/assessments/", draft | {"rubric": None}, format="json").json()
    assert begun["rubric"] is None
    assert lead.patch(f"/api/v1/assessments/{begun['id']}/", {"rubric": 1}, format="json").json()["rubric"] == 1
    assert lead.patch(f"/api/v1/assessments/{begun['id']}/", {"rubric": 2}, format="json").status_code == 404
