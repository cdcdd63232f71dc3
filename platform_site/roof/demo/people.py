"""The five people of the demo, the two teams between which the incident happened, and a pipeline's account."""

from __future__ import annotations

import secrets

from django.conf import settings

from platform_site.access import SYSTEM, Role
from platform_site.people.actions import create_service_account, create_team, create_user
from platform_site.people.models import Team, User

TEAMS = {"data-platform": "Data Platform", "forecasting": "Forecasting", "ml-platform": "ML Platform"}
PEOPLE = {
    "lead": ([Role.LEAD, Role.CONTRIBUTOR], ["ml-platform", "forecasting", "data-platform"]),
    "approver": ([Role.APPROVER], ["ml-platform"]),
    "contributor": ([Role.CONTRIBUTOR], ["data-platform", "forecasting"]),
    "viewer": ([Role.VIEWER], []),
    "admin": ([Role.ADMINISTRATOR], ["ml-platform"]),
}
PIPELINE = "ci-forecasting"


def chosen_password() -> str:
    """The password of the demo's accounts: that of the environment, else a random one."""
    return settings.ENVIRONMENT.demo_password or secrets.token_urlsafe(9)


def load(password: str = "") -> str:
    """Create the missing accounts; returns their password, or an empty text when all existed before."""
    password = password or chosen_password()
    for slug, name in TEAMS.items():
        if not Team.objects.filter(slug=slug).exists():
            create_team(slug=slug, name=name, actor=SYSTEM)
    made = [name for name in PEOPLE if _make(name, password)]
    if not User.objects.filter(username=PIPELINE).exists():
        create_service_account(
            name=PIPELINE, team="forecasting", roles=[Role.CONTRIBUTOR], owner="contributor", actor=SYSTEM
        )
    return password if made else ""


def _make(name: str, password: str) -> bool:
    if User.objects.filter(username=name).exists():
        return False
    roles, teams = PEOPLE[name]
    create_user(username=name, password=password, roles=roles, teams=teams, actor=SYSTEM)
    return True
