"""Signing in and out is on record; a password never is."""

from __future__ import annotations

import re
from typing import ClassVar

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.urls import reverse

from platform_site.audit.models import AuditEvent
from platform_site.people.models import SignInFailure
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def last_events(count: int) -> list[tuple[str, str, str]]:
    return list(AuditEvent.objects.values_list("actor", "action", "subject")[:count])[::-1]


def sign_in(client, username, password=PASSWORD, path="/login/"):
    return client.post(path, {"username": username, "password": password})


def test_coming_in_and_leaving_are_on_record(people, client):
    assert sign_in(client, "viewer").url == "/"
    assert client.post("/logout/").status_code == 302
    assert last_events(2) == [("viewer", "user.signed_in", "user:viewer"), ("viewer", "user.signed_out", "user:viewer")]
    assert client.get("/").status_code == 302


def test_who_could_not_is_told_so(people, client):
    assert "correct username and password" in sign_in(client, "viewer", "wrong-secret").content.decode()


def test_a_form_that_is_not_filled_in_was_no_attempt(people, client):
    sign_in(client, "viewer", "")
    assert not SignInFailure.objects.exists()


def test_a_deactivated_person_stays_outside(people, client):
    from platform_site.access import SYSTEM
    from platform_site.people.actions import set_active

    set_active(people["viewer"], False, actor=SYSTEM)
    assert sign_in(client, "viewer").status_code == 200
    assert client.get("/").status_code == 302


def test_a_new_password_is_on_record_and_ends_tokens_and_other_sessions(people, browser_of, api):
    new = "a longer plumb line still hangs"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    here, elsewhere, program = browser_of("viewer"), browser_of("viewer"), api("viewer")
    assert program.get("/api/v1/teams/").status_code == 200
    assert here.post("/password/", fields).status_code == 302
    assert last_events(2) == [
        ("viewer", "user.password_changed", "user:viewer"), ("viewer", "token.revoked", "user:viewer"),
    ]  # fmt: skip
    assert [visitor.get("/account/").status_code for visitor in (here, elsewhere)] == [200, 302]
    assert program.get("/api/v1/teams/").status_code == 401


def test_the_admin_has_no_door_of_its_own(people, client, browser_of):
    response = client.get("/admin/login/?next=/admin/people/team/")
    assert response.url == f"{reverse('login')}?next=/admin/people/team/"
    assert sign_in(client, "admin", path="/admin/login/").url.startswith(reverse("login"))
    assert browser_of("admin").get("/admin/login/").url == "/admin/"
    assert browser_of("viewer").get("/admin/", follow=True).status_code == 403
    assert browser_of("admin").get("/admin/password_change/").url == "/password/"
    browser_of("admin").post("/admin/logout/")
    assert last_events(1) == [("admin", "user.signed_out", "user:admin")]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_in(people, client, elsewhere):
    response = client.post("/login/", {"username": "viewer", "password": PASSWORD, "next": elsewhere})
    assert response.url == "/"


class CountedHasher(PBKDF2PasswordHasher):
    """A hasher that keeps the iterations of each hash that it makes: they are what a sign-in costs."""

    algorithm = "counted"
    iterations = 1000
    made: ClassVar[list[int]] = []

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        self.made.append(iterations or self.iterations)
        return super().encode(password, salt, iterations)


def test_a_name_that_nobody_has_is_answered_alike_and_costs_as_much(people, client, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountedHasher"]
    for name in ("viewer", "lead"):
        people[name].set_password(PASSWORD)
        people[name].save(update_fields=["password"])
    people["lead"].is_active = False
    people["lead"].save(update_fields=["is_active"])
    pages, costs = set(), {}
    for name in ("viewer", "lead", "nobody-at-all"):
        CountedHasher.made.clear()
        page = sign_in(client, name, "wrong").content.decode()
        pages.add(re.sub(r'value="[^"]*"|[A-Za-z0-9]{64}', "", page))
        costs[name] = [*CountedHasher.made]
    assert set(map(tuple, costs.values())) == {(1000,)}
    assert len(pages) == 1
