"""Whose session counts: people, by the way of signing in that the installation allows."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser

from platform_site.people.backends import Passwords, ThroughProvider
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def test_passwords_are_for_administrators_then(provider, client, people, settings):
    page = client.get("/login/").content.decode()
    assert "Sign in with Example ID" in page
    assert "for administrators" in page
    values = {"username": "viewer", "password": PASSWORD}
    assert client.post("/login/", values).status_code == 200
    assert client.post("/login/", values | {"username": "admin"}).url == "/"
    settings.PASSWORD_SIGN_IN = "nobody"
    assert client.get("/").status_code == 302, "a session by password ends with the permission"
    assert client.post("/login/", values | {"username": "admin"}).status_code == 200
    assert 'type="password"' not in client.get("/login/").content.decode()


@pytest.mark.parametrize(
    ("allowed", "who"),
    [("everybody", ["viewer", "lead", "admin"]), ("administrators", ["admin"]), ("nobody", [])],
)
def test_passwords_are_for_those_that_the_setting_names(allowed, who, people, settings):
    settings.PASSWORD_SIGN_IN = allowed
    door = Passwords()
    assert [name for name in ("viewer", "lead", "admin") if door.user_can_authenticate(people[name])] == who
    assert door.get_user(people["viewer"].pk) == (people["viewer"] if "viewer" in who else None)


def test_service_accounts_deactivated_people_and_nobody_have_no_session(people, bot):
    viewer = people["viewer"]
    assert ThroughProvider().get_user(viewer.pk) == viewer
    viewer.is_active = False
    viewer.save()
    assert [ThroughProvider().get_user(pk) for pk in (viewer.pk, bot.pk, 0)] == [None, None, None]
    assert not any(Passwords().user_can_authenticate(user) for user in (viewer, bot, None, AnonymousUser()))


def test_the_providers_door_takes_no_password(people, settings):
    settings.AUTHENTICATION_BACKENDS = ["platform_site.people.backends.ThroughProvider"]
    assert authenticate(username="admin", password=PASSWORD) is None
