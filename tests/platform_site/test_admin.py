"""The admin: one sign-in for everything, governed records to read, and forms that call actions."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from platform_site.admin import ActionAdmin, ReadOnlyAdmin, ReadOnlyRows
from platform_site.people.models import Team

pytestmark = pytest.mark.django_db


def registered(kind):
    return [(model, site) for model, site in admin.site._registry.items() if isinstance(site, kind)]


def test_a_visitor_is_sent_to_the_sites_own_sign_in_and_back(client):
    answer = client.get("/admin/login/?next=/admin/people/team/")
    assert (answer.status_code, answer.url) == (302, f"{reverse('login')}?next=/admin/people/team/")
    assert client.get("/admin/login/").url == f"{reverse('login')}?next=/admin/"


@pytest.mark.parametrize(("name", "status"), [("admin", 302), ("lead", 302), ("viewer", 403), ("contributor", 403)])
def test_only_leads_and_administrators_enter(browser_of, name, status):
    assert browser_of(name).get("/admin/login/").status_code == status


def test_signing_out_and_the_password_are_the_sites_own(browser_of):
    visitor = browser_of("admin")
    assert visitor.get("/admin/password_change/").url == reverse("password_change")
    visitor.post("/admin/logout/")
    assert SESSION_KEY not in visitor.session


def test_nobody_changes_a_governed_record(rf, people):
    request = rf.get("/")
    request.user = people["admin"]
    governed = registered(ReadOnlyAdmin)
    assert governed
    for model, site in governed:
        for inline in (site, *site.get_inline_instances(request)):
            assert not inline.has_add_permission(request, None), model
            assert not inline.has_change_permission(request), model
            assert not inline.has_delete_permission(request), model
        assert site.has_view_permission(request), model


def test_the_rows_of_a_governed_record_can_only_be_read(rf, people):
    class Rows(ReadOnlyRows):
        model = Team
        fields = ("slug", "name")

    request = rf.get("/")
    request.user = people["admin"]
    rows = Rows(Team, admin.site)
    assert rows.get_readonly_fields(request) == ("slug", "name")
    may = (rows.has_add_permission(request), rows.has_change_permission(request), rows.has_delete_permission(request))
    assert (may, rows.has_view_permission(request)) == ((False, False, False), True)


def test_nothing_that_an_action_saves_is_deleted_in_the_admin(rf, people):
    request = rf.get("/")
    request.user = people["admin"]
    by_action = registered(ActionAdmin)
    assert by_action
    assert not any(site.has_delete_permission(request) for _, site in by_action)


def test_a_form_calls_its_action_and_the_admins_own_log_stays_empty(browser_of):
    assert browser_of("admin").post("/admin/people/team/add/", {"slug": "risk", "name": "Risk"}).status_code == 302
    assert Team.objects.filter(slug="risk").exists()
    assert not LogEntry.objects.exists()


def test_what_the_action_refuses_is_at_its_field_and_nothing_is_saved(browser_of, people):
    page = browser_of("admin").post("/admin/people/team/add/", {"slug": "ml-platform", "name": "Again"})
    assert page.status_code == 200
    assert list(page.context["adminform"].form.errors) == ["slug"]
    assert not Team.objects.filter(name="Again").exists()
