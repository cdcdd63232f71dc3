"""Organizations side by side, and what is known of each."""

from __future__ import annotations

import pytest

from assessments.models import Organization

pytestmark = pytest.mark.django_db


def test_organizations_stand_side_by_side_with_the_score_of_each_group(browser_of, published):
    page = browser_of("viewer").get("/organizations/")
    name, cells = page.context["rows"][0]
    assert name == "ExampleCo"
    assert [(cell.score, cell.step) for cell in cells[:2]] == [(0.0, 0), (50.0, 2)]
    assert page.context["sentence"].startswith("Lowest overall: Data & Features, 0%")


def test_a_lead_adds_and_changes_an_organization(browser_of):
    lead = browser_of("lead")
    values = {"slug": "harbor", "name": "Harbor", "production_models": 3, "compliance": "unknown"}
    assert lead.post("/organizations/+add/", values | {"slug": "No Slug"}).status_code == 422
    assert lead.post("/organizations/+add/", values).status_code == 302
    assert lead.post("/organizations/harbor/edit/", values | {"production_models": 4}).status_code == 302
    assert Organization.objects.get().production_models == 4


@pytest.mark.parametrize("path", ["/organizations/+add/", "/organizations/exampleco/edit/"])
def test_others_do_not(browser_of, organization, path):
    assert browser_of("viewer").get(path).status_code == 403
