"""Who acts in the demo's history, and the teams that they work for."""

from __future__ import annotations

from functools import cache

from assessments.models import Organization
from platform_site.access import SYSTEM, Actor, Role, actor_of
from platform_site.people.actions import create_service_account, create_team, create_user
from platform_site.people.models import Team, User
from platform_site.roof.demo.history.plan import plan

SERVING = "serving-{}"  # a team's serving side, which reports


def is_loaded() -> bool:
    """Whether the history was loaded before: it is loaded as a whole or not at all."""
    return Team.objects.filter(slug__in=plan().teams).exists()


def names() -> list[str]:
    """Every account of the history: people and the serving side of each team."""
    return [*plan().people, *(SERVING.format(team) for team in plan().teams)]


def add_teams() -> None:
    """Add the teams, each to its organization."""
    for slug, team in plan().teams.items():
        organization = Organization.objects.get(slug=team["organization"])
        create_team(slug=slug, name=team["name"], on_platform=True, organization=organization, actor=SYSTEM)


def add_people(password: str) -> None:
    """Add the people, with the password of all of the demo's accounts, and an account for the serving side of each team."""
    for name, powers in plan().people.items():
        roles = [Role(role) for role in powers["roles"]]
        create_user(username=name, password=password, roles=roles, teams=powers["teams"], actor=SYSTEM)
    for slug in plan().teams:
        name, owner = SERVING.format(slug), plan().person_of(slug)
        create_service_account(name=name, team=slug, roles=[Role.CONTRIBUTOR], owner=owner, actor=SYSTEM)


@cache
def actor(name: str) -> Actor:
    """The actor behind an account, read once while the demo loads."""
    return actor_of(User.objects.get(username=name))


def person_of(team: str) -> Actor:
    """Who works for a team."""
    return actor(plan().person_of(team))


def serving_of(team: str) -> Actor:
    """The serving side of a team."""
    return actor(SERVING.format(team))
