"""Initiatives as a program sees them."""

from __future__ import annotations

import pytest

from assessments.initiatives.api import EXAMPLE
from assessments.organizations.actions import add_organization
from platform_site.people.models import Team

pytestmark = pytest.mark.django_db
PATH = "/api/v1/initiatives/"


@pytest.fixture
def forecasting(organization):
    return Team.objects.get_or_create(
        slug="forecasting", defaults={"name": "forecasting", "organization": organization}
    )[0]


def test_one_is_proposed_changed_listed_and_commented_on(api, forecasting):
    lead = api("lead")
    answer = lead.post(PATH, EXAMPLE, format="json")
    body = answer.json()
    assert (answer.status_code, body["state"], body["owner_name"].lower(), body["from"]) == (
        201, "proposed", "forecasting", EXAMPLE["from"],
    )  # fmt: skip
    path = f"{PATH}{body['id']}/"
    changed = lead.patch(path, {"state": "in_progress", "due_on": "2026-01-31"}, format="json").json()
    assert (changed["state"], changed["due_on"], changed["overdue"]) == ("in_progress", "2026-01-31", True)
    assert lead.get(f"{PATH}?overdue=true&owner=team:forecasting&capability=lineage").json()["count"] == 1
    assert lead.get(f"{PATH}?overdue=false").json()["count"] == lead.get(f"{PATH}?owner=none").json()["count"] == 0
    assert lead.post(f"{path}comments/", {"text": "Half of it runs."}, format="json").status_code == 201
    assert [row["text"] for row in lead.get(f"{path}comments/").json()["results"]] == ["Half of it runs."]


@pytest.mark.parametrize(
    ("changed", "status", "fields"),
    [
        (
            {"owner": "team:nobodys", "capabilities": ["magic"], "target": "splendid"},
            422,
            {"owner", "capabilities", "target"},
        ),
        ({"state": "dropped"}, 422, {"reason"}),
        ({"from": {"kind": "luck"}, "due_on": "soon", "colour": "red"}, 400, {"from.kind", "due_on", "colour"}),
        ({"organization": "nowhere"}, 404, set()),
    ],
    ids=str,
)
def test_every_fault_comes_at_once(api, forecasting, changed, status, fields):
    answer = api("lead").post(PATH, EXAMPLE | changed, format="json")
    assert answer.status_code == status, answer.json()
    assert {error["field"] for error in answer.json().get("errors", [])} == fields


def test_the_list_is_of_one_organization(api, forecasting, lea):
    add_organization(slug="northwind", name="Northwind", actor=lea)
    assert api("lead").post(PATH, EXAMPLE, format="json").status_code == 201
    counts = [api("viewer").get(f"{PATH}?organization={slug}").json()["count"] for slug in ("exampleco", "northwind")]
    assert counts == [1, 0]
