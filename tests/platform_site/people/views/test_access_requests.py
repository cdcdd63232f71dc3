"""Access requests in the browser and over the API."""

from __future__ import annotations

import pytest

from platform_site.people import actions
from platform_site.people.models import AccessRequest, User
from registry.serving.queries.change_requests import count_for

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
    assert ("nobody has signed in with this account" in " ".join(page.split())) is (who != "viewer")
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


def test_the_dashboard_and_the_approvals_show_what_waits_and_what_changed(browser_of, waiting):
    page = browser_of("approver").get("/").content.decode()
    assert "viewer is to get approver" in " ".join(page.split())
    inbox = " ".join(browser_of("approver").get("/registry/inbox/").content.decode().split())
    assert "viewer is to get approver" in inbox
    own = " ".join(browser_of("viewer").get("/registry/inbox/").content.decode().split())
    assert "viewer is to get approver" not in own
    assert [count_for(User.objects.get(username=name).pk, name) for name in ("approver", "admin", "viewer", "lead")] == [1, 0, 0, 0]  # fmt: skip
