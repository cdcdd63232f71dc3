"""The admin's forms call the actions; what is governed can only be read there."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from platform_site.access import SYSTEM
from platform_site.admin import ReadOnlyAdmin
from platform_site.audit.models import AuditEvent
from platform_site.people import actions
from platform_site.people.actions import make_token
from platform_site.people.models import AccessRequest, ApiToken, Team, User
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
TEAMS, PEOPLE = "/admin/people/team/", "/admin/people/user/"


def test_a_team_is_added_and_renamed_by_its_actions(browser_of):
    visitor = browser_of("admin")
    assert visitor.post(f"{TEAMS}add/", {"slug": "risk", "name": "Risk"}).status_code == 302
    team = Team.objects.get(slug="risk")
    visitor.post(f"{TEAMS}{team.pk}/change/", {"slug": "other", "name": "Risk and audit"})
    team.refresh_from_db()
    assert (team.slug, team.name) == ("risk", "Risk and audit")
    events = AuditEvent.objects.filter(subject="team:risk").order_by("sequence")
    assert [(event.actor, event.action) for event in events] == [("admin", "team.created"), ("admin", "team.changed")]


def test_a_person_is_added_and_changed_by_the_actions(browser_of):
    visitor = browser_of("admin")
    values = {"username": "dana", "password": PASSWORD, "roles": ["lead"], "teams": ["forecasting"]}
    assert visitor.post(f"{PEOPLE}add/", values).status_code == 302
    dana = User.objects.get(username="dana")
    assert dana.check_password(PASSWORD)
    visitor.post(f"{PEOPLE}{dana.pk}/change/", {"username": "eve", "roles": ["viewer"], "teams": []})
    dana.refresh_from_db()
    assert (dana.username, dana.role_names, dana.is_active) == ("dana", ["viewer"], False)
    recorded = AuditEvent.objects.filter(subject="user:dana").order_by("sequence").values_list("action", flat=True)
    assert list(recorded)[-3:] == ["user.roles_changed", "user.teams_changed", "user.deactivated"]


def test_faults_stand_at_their_fields_and_nothing_is_saved(browser_of):
    visitor = browser_of("admin")
    page = visitor.post(f"{PEOPLE}add/", {"username": "dana", "password": "short"})
    assert "password" in page.context["adminform"].form.errors
    assert not User.objects.filter(username="dana").exists()
    page = visitor.post(f"{TEAMS}add/", {"slug": "No Slug", "name": ""})
    assert set(page.context["adminform"].form.errors) == {"slug", "name"}


def test_what_the_action_refuses_is_reported_and_half_of_it_is_not_kept(browser_of, people):
    visitor, me = browser_of("admin"), people["admin"]
    page = visitor.post(f"{PEOPLE}{me.pk}/change/", {"roles": ["viewer"], "teams": ["forecasting"], "is_active": "on"})
    assert "Nobody changes their own roles" in str(page.context["adminform"].form.errors)
    me.refresh_from_db()
    assert (me.is_superuser, me.memberships.count()) == (True, 0)


def test_a_role_that_decides_waits_and_the_page_says_for_whom(browser_of, people):
    viewer = people["viewer"]
    values = {"roles": ["viewer", "approver"], "teams": [], "is_active": "on"}
    page = browser_of("admin").post(f"{PEOPLE}{viewer.pk}/change/", values, follow=True).content.decode()
    assert "waits for another person" in page
    assert viewer.role_names == ["viewer"]
    assert AccessRequest.objects.get().roles == ["approver"]


def test_a_token_can_be_revoked_there_and_its_digest_is_not_shown(browser_of, people):
    make_token(people["viewer"], actor=SYSTEM)
    token = ApiToken.objects.get()
    visitor = browser_of("admin")
    page = visitor.get(f"/admin/people/apitoken/{token.pk}/change/").content.decode()
    assert token.prefix in page
    assert token.digest not in page
    visitor.post("/admin/people/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at
    assert AuditEvent.objects.first().action == "token.revoked"


def test_nobody_is_deleted(browser_of, people):
    assert browser_of("admin").post(f"{PEOPLE}{people['viewer'].pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(username="viewer").exists()


@pytest.mark.parametrize("who", ["viewer", "contributor", "approver"])
def test_only_leads_and_administrators_see_the_admin(browser_of, who):
    assert browser_of(who).get("/admin/", follow=True).status_code == 403


def test_a_lead_reads_people_and_changes_none(browser_of, people):
    visitor, viewer = browser_of("lead"), people["viewer"]
    assert visitor.get(f"{PEOPLE}{viewer.pk}/change/").status_code == 200
    assert visitor.post(f"{PEOPLE}{viewer.pk}/change/", {"roles": ["lead"]}).status_code == 403
    assert visitor.get(f"{PEOPLE}add/").status_code == 403
    make_token(viewer, actor=SYSTEM)
    visitor.post("/admin/people/apitoken/", {"action": "revoke", "_selected_action": [ApiToken.objects.get().pk]})
    assert ApiToken.objects.get().revoked_at is None


def test_governed_records_are_read_only_for_administrators_too(browser_of, people):
    visitor, event = browser_of("admin"), AuditEvent.objects.first()
    page = f"/admin/audit/auditevent/{event.pk}"
    assert visitor.get(f"{page}/change/").status_code == 200
    for path in (f"{page}/change/", f"{page}/delete/", "/admin/audit/auditevent/add/"):
        assert visitor.post(path, {"actor": "nobody", "post": "yes"}).status_code == 403
    governed = [
        name for name, site in ((m, s) for m, s in admin.site._registry.items()) if isinstance(site, ReadOnlyAdmin)
    ]
    assert {AuditEvent, ApiToken} <= set(governed)


@pytest.mark.parametrize(
    "path", [TEAMS, PEOPLE, "/admin/people/apitoken/", "/admin/audit/auditevent/", f"{PEOPLE}add/"]
)
def test_every_page_of_it_opens_under_the_strict_policy(browser_of, people, path):
    page = browser_of("admin").get(path)
    assert page.status_code == 200
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert reverse("admin:index") in page.content.decode()


def test_the_admin_hands_over(provider, browser_of, people):
    values = {"action": "hand_over_to_provider", "_selected_action": [people["viewer"].pk, people["lead"].pk]}
    actions.set_roles(people["approver"], ["administrator"], actor=SYSTEM)
    browser_of("admin").post("/admin/people/user/", values)
    assert [User.objects.get(username=name).has_usable_password() for name in ("viewer", "lead")] == [False, False]
