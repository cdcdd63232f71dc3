"""The page on which an administrator adds people."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
PAGE = "/account/people/"


def test_whoever_is_added_stands_there_with_a_link_that_is_shown_once(people, browser_of):
    visitor = browser_of("admin")
    page = visitor.post(PAGE, {"username": "nora", "roles": ["viewer"], "teams": ["forecasting"]}).content.decode()
    assert "http://testserver/password/reset/" in page
    again = visitor.get(f"{PAGE}?search=nora").content.decode()
    assert "/password/reset/" not in again
    assert "Forecasting" in again or "forecasting" in again


def test_faults_stand_at_their_fields(people, browser_of):
    page = browser_of("admin").post(PAGE, {"username": "viewer", "roles": ["viewer"]})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["username"])
    assert browser_of("lead").get(PAGE).status_code == 403


def test_a_search_that_finds_nobody_says_so(people, browser_of):
    assert "Nothing matches “zzz”" in browser_of("admin").get(f"{PAGE}?search=zzz").content.decode()
