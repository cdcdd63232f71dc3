"""Access requests in the browser and over the API."""

from __future__ import annotations

import pytest

from platform_site.people import actions
from platform_site.people.models import AccessRequest

pytestmark = pytest.mark.django_db
PAGE = "/account/access-requests/"
URL = "/api/v1/access-requests/"


@pytest.fixture
def waiting(people, actor):
    return actions.set_roles(people["viewer"], ["viewer", "approver"], actor=actor("admin"))


@pytest.mark.parametrize(
    ("who", "buttons"), [("approver", ["Approve", "Reject"]), ("admin", ["Withdraw"]), ("lead", []), ("viewer", [])]
)
def test_everybody_sees_who_is_to_get_what_and_the_buttons_are_for_those_who_may(browser_of, waiting, who, buttons):
    page = browser_of(who).get(PAGE).content.decode()
    assert "becomes approver" in " ".join(page.split())
    assert ("nobody has signed in with it" in " ".join(page.split())) is (who != "viewer")
    assert [word for word in ("Approve", "Reject", "Withdraw") if f"{word} access" in page or f"{word} request" in page] == buttons  # fmt: skip


def test_a_decision_is_told_and_listed(browser_of, people, waiting):
    visitor = browser_of("approver")
    page = visitor.post(f"{PAGE}{waiting.pk}/approve/", {"reason": "I know her."}, follow=True).content.decode()
    assert "They hold it from now on." in page
    assert "I know her." in page
    assert people["viewer"].role_names == ["approver", "viewer"]
    assert visitor.post(f"{PAGE}{waiting.pk}/shred/").status_code == 404


def test_the_api_lists_filters_and_decides(api, waiting):
    approver = api("approver", ("read", "approve"))
    (row,) = approver.get(URL, {"state": "waiting", "user": "viewer"}).json()["results"]
    assert (row["roles"], row["status"], row["requested_by"]) == (["approver"], "waiting", "admin")
    assert api("admin", ("approve",)).post(f"{URL}{waiting.pk}/approve/", {}, format="json").status_code == 403
    assert approver.post(f"{URL}{waiting.pk}/reject/", {"reason": "Who?"}, format="json").json()["state"] == "rejected"
    assert AccessRequest.objects.get().decision_reason == "Who?"
    assert approver.get(f"{URL}999/").status_code == 404
