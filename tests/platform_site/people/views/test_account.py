"""One's own page, everybody's tokens, service accounts: in the browser."""

from __future__ import annotations

import re

import pytest

from platform_site.access import SYSTEM
from platform_site.people import actions
from platform_site.people.models import ApiToken
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
TOKEN = {"name": "nightly import", "scopes": ["read", "write"], "expires_in_days": "30"}


def test_the_page_says_who_i_am_and_when_i_came_in(people, client):
    client.post("/login/", {"username": "contributor", "password": "wrong"})
    client.post("/login/", {"username": "contributor", "password": PASSWORD})
    page = " ".join(client.get("/account/").content.decode().split())
    for text in ("contributor", "data-platform, forecasting", "Could not sign in", "Signed in with the password"):
        assert text in page


def test_a_token_is_shown_in_the_answer_and_never_again(browser_of):
    visitor = browser_of("viewer")
    answer = visitor.post("/account/", TOKEN)
    text = re.search(r"plb_[\w-]{43}", answer.content.decode()).group()
    assert "no-store" in answer["Cache-Control"]
    page = visitor.get("/account/").content.decode()
    assert (text in page, text[:12] in page, "nightly import" in page) == (False, True, True)
    made = ApiToken.objects.get()
    assert (made.scopes, (made.expires_at - made.created_at).days, visitor.get("/").status_code) == (
        ["read", "write"],
        30,
        200,
    )


@pytest.mark.parametrize("value", [{"name": ""}, {"scopes": []}, {"scopes": ["fly"]}, {"expires_in_days": "12"}])
def test_a_faulty_form_stays_with_its_faults(browser_of, value):
    answer = browser_of("viewer").post("/account/", TOKEN | value)
    assert (answer.status_code, "field-error" in answer.content.decode()) == (422, True)
    assert not ApiToken.objects.exists()


def test_one_revokes_ones_own_and_an_administrator_everybodys(browser_of, people):
    token, theirs = (actions.issue_token(people[name], actor=SYSTEM).token for name in ("viewer", "lead"))
    visitor, admin = browser_of("viewer"), browser_of("admin")
    assert visitor.post(f"/account/tokens/{theirs.pk}/revoke/").status_code == 404
    assert visitor.post(f"/account/tokens/{token.pk}/revoke/").url == "/account/"
    assert theirs.prefix in admin.get("/account/tokens/").content.decode()
    assert admin.post(f"/account/tokens/{theirs.pk}/revoke/").url == "/account/tokens/"
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert visitor.get("/account/tokens/").status_code == 403
