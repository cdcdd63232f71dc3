"""The pages on which an organization is added and changed."""

from __future__ import annotations

import pytest

from assessments.models import Organization

pytestmark = pytest.mark.django_db
FIELDS = {"slug": "exampleco", "name": "ExampleCo", "shipping_teams": "3"}


def test_a_lead_adds_one_and_lands_on_its_page(browser_of):
    answer = browser_of("lead").post("/organizations/+add/", FIELDS)
    assert (answer.status_code, answer["Location"]) == (302, "/organizations/exampleco/")
    assert Organization.objects.get().shipping_teams == 3


def test_a_fault_is_shown_and_nothing_is_stored(browser_of, db):
    answer = browser_of("lead").post("/organizations/+add/", FIELDS | {"slug": "Example Co"})
    assert answer.status_code == 422
    assert not Organization.objects.exists()


def test_the_form_shows_what_is_stored(browser_of, organization):
    page = browser_of("lead").get("/organizations/exampleco/edit/").content.decode()
    assert "Facts about ExampleCo" in page
    assert browser_of("lead").get("/organizations/nobody/edit/").status_code == 404
