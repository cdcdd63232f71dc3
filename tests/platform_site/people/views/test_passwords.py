"""The page that makes a link to a new password shows it once."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_link_once(people, browser_of):
    visitor = browser_of("admin")
    page = visitor.post("/account/sign-ins/", {"username": "viewer"}).content.decode()
    assert "/password/reset/" in page
    assert "/password/reset/" not in visitor.get("/account/sign-ins/").content.decode()
    assert "decides about others" in visitor.post("/account/sign-ins/", {"username": "approver"}).content.decode()
    assert browser_of("lead").post("/account/sign-ins/", {"username": "viewer"}).status_code == 403
