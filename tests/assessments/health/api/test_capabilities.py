"""The catalogue over the API."""

from __future__ import annotations

from datetime import date

from assessments.health.actions.assessments import begin_assessment
from tests import golden

V1 = "/api/v1"


def test_the_catalogue_comes_whole_and_in_order(api, db):
    body = api("viewer").get(f"{V1}/capabilities/").json()
    expected = golden.load("sample_assessment")["items"]
    assert [(row["name"], row["group"]) for row in body] == [(row["capability"], row["group"]) for row in expected]
    levels = {row["name"]: row["levels"] for row in body}
    assert (levels["artifact_store"], levels["lineage"], levels["compute_scaling"]) == (["0+", "1", "2"], ["2"], [])


def test_the_catalogue_is_filtered_by_group(api, db):
    answer = api("viewer").get(f"{V1}/capabilities/?group=Training").json()
    assert [row["name"] for row in answer] == ["orchestrated_training", "compute_scaling"]


OWN = {"organization": "exampleco", "name": "gpu_quota", "group": "Training", "description": "GPU quotas"}


def test_an_organization_adds_and_retires_its_own_over_the_api(api, organization, lea):
    lead, path = api("lead"), "/api/v1/capabilities/"
    assert api("contributor").post(path, OWN, format="json").status_code == 403
    added = lead.post(path, OWN, format="json")
    assert (added.status_code, added.json()["organization"], added.json()["default_priority"]) == (
        201, "exampleco", "medium",
    )  # fmt: skip
    assert lead.post(path, OWN | {"group": "Fun"}, format="json").status_code == 400
    assert "gpu_quota" not in [row["name"] for row in lead.get(path).json()]
    assert [row["name"] for row in lead.get(f"{path}?organization=exampleco").json()][-1] == "gpu_quota"
    assert begin_assessment(organization, assessed_on=date(2026, 11, 2), actor=lea).items.count() == 18
    path_of_own = "/api/v1/organizations/exampleco/capabilities/gpu_quota/"
    assert lead.patch(path_of_own, {"retired": True}, format="json").json()["retired_at"]
    assert begin_assessment(organization, assessed_on=date(2026, 11, 2), actor=lea).items.count() == 17
    assert lead.patch(path_of_own.replace("gpu_quota", "lineage"), {"retired": True}, format="json").status_code == 404


def test_an_organization_adds_and_retires_its_own_on_its_page(browser_of, organization):
    lead, path = browser_of("lead"), "/organizations/exampleco/capabilities/"
    fields = {name: value for name, value in OWN.items() if name != "organization"} | {"default_priority": "high"}
    page = lead.post(path, fields, follow=True).content.decode()
    assert "GPU quotas" in page
    assert "Retire<span" in page
    assert lead.post(path, fields | {"name": "Not A Name"}).status_code == 422
    page = lead.post(f"{path}gpu_quota/retire/", {"retired": "1"}, follow=True).content.decode()
    assert "Retired on" in page
    page = lead.post(f"{path}gpu_quota/retire/", {"retired": "0"}, follow=True).content.decode()
    assert "Retired on" not in page
    assert b"Add a capability" not in browser_of("viewer").get(path).content
