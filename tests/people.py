"""The cast: somebody of every role, with an API client each."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM, Role
from tests.built_once import built_once

CAST = {
    "lead": ([Role.LEAD], ["ml-platform"]),
    "approver": ([Role.APPROVER], ["ml-platform"]),
    "contributor": ([Role.CONTRIBUTOR], ["data-platform", "forecasting"]),
    "stranger": ([Role.CONTRIBUTOR], ["ml-platform"]),
    "viewer": ([Role.VIEWER], []),
    "admin": ([Role.ADMINISTRATOR], []),
}
PASSWORD = "a plumb line hangs true"


@pytest.fixture
def people(db) -> dict:
    """Users by name, in the teams `data-platform`, `forecasting` and `ml-platform`."""
    return built_once("people", _create_people)


def _create_people() -> dict:
    from platform_site.people.actions import create_team, create_user
    from platform_site.people.models import Team

    for slug in ("data-platform", "forecasting", "ml-platform"):
        if not Team.objects.filter(slug=slug).exists():
            create_team(slug=slug, name=slug, actor=SYSTEM)
    return {
        name: create_user(username=name, password=PASSWORD, roles=roles, teams=teams, actor=SYSTEM)
        for name, (roles, teams) in CAST.items()
    }


@pytest.fixture
def actor(people):
    """`actor("lead")`: that person as actions know them."""
    from platform_site.access import actor_of

    return lambda name: actor_of(people[name])


@pytest.fixture
def api(people):
    """`api("contributor")`: an API client with that person's token; scopes read and write unless told."""
    from rest_framework.test import APIClient

    from platform_site.access import actor_of
    from platform_site.people.actions import make_token
    from platform_site.people.models import User

    def client(name: str, scopes: tuple[str, ...] = ("read", "write")) -> APIClient:
        caller = APIClient()
        person = User.objects.get(pk=people[name].pk)
        token = make_token(person, scopes=scopes, actor=actor_of(person))
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return caller

    return client


@pytest.fixture
def browser_of(people):
    """`browser_of("lead")`: Django's test client, signed in as that person."""
    from django.test import Client

    def client(name: str) -> Client:
        visitor = Client()
        visitor.force_login(people[name])
        return visitor

    return client
