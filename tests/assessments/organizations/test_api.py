"""Organizations over the API."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
PATH = "/api/v1/organizations/"


def test_one_is_added_read_and_listed(api):
    lead = api("lead")
    added = lead.post(PATH, {"slug": "exampleco", "name": "ExampleCo", "shipping_teams": 3}, format="json")
    assert (added.status_code, added.json()["shipping_teams"], added.json()["compliance"]) == (201, 3, None)
    assert lead.get(f"{PATH}exampleco/").json() == added.json()
    assert [row["slug"] for row in lead.get(f"{PATH}?search=ample").json()["results"]] == ["exampleco"]
    assert lead.get(f"{PATH}?search=nobody").json()["results"] == []


def test_only_what_is_in_the_request_changes(api, organization):
    lead = api("lead")
    lead.patch(f"{PATH}exampleco/", {"compliance": True, "shipping_teams": 2}, format="json")
    changed = lead.patch(f"{PATH}exampleco/", {"shipping_teams": None}, format="json").json()
    assert (changed["compliance"], changed["shipping_teams"], changed["name"]) == (True, None, "ExampleCo")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"slug": "other"}, "slug"),
        ({"shipping_teams": -1}, "shipping_teams"),
        ({"shipping_teams": 2_147_483_648}, "shipping_teams"),
        ({"managed_cannot_meet": "taste"}, "managed_cannot_meet"),
    ],
)
def test_a_fault_names_its_field(api, organization, body, field):
    answer = api("lead").patch(f"{PATH}exampleco/", body, format="json")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_an_unknown_organization_is_not_found(api, db):
    assert api("lead").get(f"{PATH}nobody/").status_code == 404
