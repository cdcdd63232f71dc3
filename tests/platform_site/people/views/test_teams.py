"""The pages of teams: the list with its form, one team with what it owns, and its edit form."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.models import Organization
from platform_site.people.models import Team
from registry.features.actions.details import edit_feature
from registry.models import Feature
from registry.versions.actions.registration import register_model

pytestmark = pytest.mark.django_db


def test_a_lead_adds_a_team_and_is_led_to_it(browser_of):
    visitor = browser_of("lead")
    answer = visitor.post("/teams/", {"slug": "risk", "name": "Risk", "on_platform": "false", "onboarded_on": ""})
    assert (answer.status_code, answer["Location"]) == (302, "/teams/risk/")
    team = Team.objects.get(slug="risk")
    assert (team.on_platform, team.onboarded_on) == (False, None)
    assert "An administrator sets who belongs to it." in visitor.get("/teams/risk/").content.decode()


def test_what_is_wrong_is_shown_at_its_field(browser_of):
    answer = browser_of("lead").post("/teams/", {"slug": "Risk", "name": "Risk", "onboarded_on": "soon"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"onboarded_on"}
    answer = browser_of("lead").post("/teams/", {"slug": "Risk", "name": "Risk"})
    assert set(answer.context["form"].errors) == {"slug"}
    assert not Team.objects.filter(name="Risk").exists()


@pytest.mark.parametrize("who", ["viewer", "contributor", "approver"])
def test_others_see_who_adds_and_changes_teams(browser_of, who):
    visitor = browser_of(who)
    assert "Leads and administrators add teams." in visitor.get("/teams/").content.decode()
    assert visitor.post("/teams/", {"slug": "risk", "name": "Risk"}).status_code == 403
    assert visitor.get("/teams/forecasting/edit/").status_code == 403
    assert "Edit team" not in visitor.get("/teams/forecasting/").content.decode()


def test_the_list_is_searched_by_slug_and_name(browser_of):
    Team.objects.create(slug="r", name="Returns")
    visitor = browser_of("viewer")
    for search, names in (("RETURN", ["r"]), ("fore", ["forecasting"]), ("nothing", [])):
        assert [team.slug for team in visitor.get(f"/teams/?search={search}").context["page_obj"]] == names


def test_a_team_is_renamed_and_keeps_its_slug(browser_of):
    visitor = browser_of("lead")
    form = visitor.get("/teams/forecasting/edit/").context["form"]
    assert form.initial == {"name": "forecasting", "on_platform": "", "onboarded_on": None, "organization": ""}
    visitor.post("/teams/forecasting/edit/", {"name": "Forecasts", "on_platform": "true", "onboarded_on": "2026-10-05"})
    page = visitor.get("/teams/forecasting/").content.decode()
    assert ("Forecasts" in page, "5 Oct 2026" in page) == (True, True)
    assert visitor.post("/teams/forecasting/edit/", {"name": " "}).status_code == 422
    assert visitor.get("/teams/ghosts/").status_code == 404


def test_a_team_gets_its_organization_and_keeps_one_that_is_archived(browser_of):
    north = Organization.objects.create(slug="north", name="North Sea")
    Organization.objects.create(slug="south", name="South")
    visitor = browser_of("lead")
    visitor.post("/teams/forecasting/edit/", {"name": "Forecasts", "organization": "north"})
    assert "North Sea" in visitor.get("/teams/").content.decode()
    north.archived_at = timezone.now()
    north.save()
    form = visitor.get("/teams/forecasting/edit/").context["form"]
    assert form.fields["organization"].choices == [("", "Nobody's yet"), ("north", "North Sea"), ("south", "South")]
    visitor.post("/teams/forecasting/edit/", {"name": "F", "organization": "north"})
    assert Team.objects.get(slug="forecasting").organization == north
    assert ("north", "North Sea") not in visitor.get("/teams/data-platform/edit/").context["form"].fields[
        "organization"
    ].choices


def test_a_team_shows_its_members_with_roles_and_what_it_owns(browser_of, actor, people):
    team = Team.objects.get(slug="forecasting")
    register_model(name="demand", owner_team="forecasting", actor=actor("contributor"))
    feature = Feature.objects.create(name="orders_3d", owner_team=team, created_at=people["lead"].date_joined)
    page = browser_of("viewer").get("/teams/forecasting/")
    assert [row.name for row in page.context["features"]] == ["orders_3d"]
    assert [row.name for row in page.context["models"]] == ["demand"]
    text = " ".join(page.content.decode().split())
    assert '<span class="breaks">contributor</span><span class="quiet"> contributor' in text
    edit_feature(feature, owner_team="data-platform", actor=actor("contributor"))
    assert browser_of("viewer").get("/teams/forecasting/").context["feature_count"] == 0
    assert browser_of("viewer").get("/teams/data-platform/").context["feature_count"] == 1
