"""Service accounts in the browser."""

from __future__ import annotations

import pytest

from platform_site.people.models import ApiToken, User
from tests.platform_site.people.views.test_account import TOKEN

pytestmark = pytest.mark.django_db
ACCOUNTS = "/account/services/"


def test_an_administrator_runs_service_accounts_there(browser_of, bot, people):
    admin = browser_of("admin")
    values = {"name": "ci-two", "team": "data-platform", "roles": ["viewer"], "owner": "lead"}
    assert admin.post("/account/services/", values).url == "/account/services/ci-two/"
    assert "ci-two" in admin.get("/account/services/").content.decode()
    assert "plb_" in admin.post("/account/services/ci-two/", TOKEN).content.decode()
    admin.post(
        "/account/services/ci-two/change/",
        {"team": "forecasting", "roles": ["contributor", "viewer"], "owner": "admin"},
    )
    made = User.objects.get(username="ci-two")
    assert (made.role_names, [str(membership.team) for membership in made.memberships.all()]) == (
        ["contributor", "viewer"],
        ["forecasting"],
    )
    assert made.owner == people["admin"]
    assert {held.person.username for held in made.holders.all()} == {"lead", "admin"}
    admin.post("/account/services/ci-two/change/", {"active": "0"})
    assert "deactivated" in admin.get("/account/services/ci-two/").content.decode()
    assert admin.post("/account/services/", values | {"name": "bad name"}).status_code == 422
    assert admin.post("/account/services/ci-two/change/", {"team": "moon"}).status_code == 422
    assert admin.post("/account/services/ci-two/", TOKEN).status_code == 422, (
        "it is deactivated: a token would not work"
    )


@pytest.mark.parametrize("who", ["viewer", "contributor", "approver", "lead"])
def test_nobody_else_does(browser_of, bot, who):
    visitor = browser_of(who)
    for path in ("/account/services/", "/account/services/ci-bot/", "/account/services/ci-bot/change/"):
        assert visitor.post(path, {"active": "0"}).status_code == 403
    assert User.objects.get(username="ci-bot").is_active


def test_a_form_with_faults_stays_on_the_page_and_makes_no_token(browser_of, bot):
    page = browser_of("admin").post(f"{ACCOUNTS}ci-bot/", TOKEN | {"scopes": ["approve"]})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"scopes"}
    assert not ApiToken.objects.exists()


def test_the_change_form_begins_with_team_and_roles_and_stays_with_its_faults(browser_of, bot):
    admin = browser_of("admin")
    form = admin.get(f"{ACCOUNTS}ci-bot/").context["change_form"]
    assert form.initial == {"team": "forecasting", "roles": ["contributor"], "owner": ""}
    page = admin.post(f"{ACCOUNTS}ci-bot/change/", {"team": "forecasting", "roles": ["administrator"], "owner": "lead"})
    assert page.status_code == 422
    assert page.context["change_form"].errors.keys() == {"roles"}


def test_a_page_of_no_account_is_not_found_and_a_change_is_a_post(browser_of, bot):
    admin = browser_of("admin")
    assert admin.get(f"{ACCOUNTS}viewer/").status_code == 404
    assert admin.get(f"{ACCOUNTS}ci-bot/change/").status_code == 405
