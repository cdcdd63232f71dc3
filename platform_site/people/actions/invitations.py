"""Adding a person whose password nobody chooses but they."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction

from platform_site.access import Actor
from platform_site.people.actions.passwords import make_password_link
from platform_site.people.actions.persons import create_user
from platform_site.people.models import User


class Invitation(NamedTuple):
    """A person who was added, and the path on which they set their password, good once."""

    user: User
    path: str


def invite_person(
    *, username: str, roles: Collection[str] = (), teams: Collection[str] = (), actor: Actor
) -> Invitation:
    """Add a person with roles and teams, and make the link to their first password; Invalid with every fault.

    Nobody knows the password until they set it. What decides about others waits for another person (`set_powers`).
    """
    with transaction.atomic():
        user = create_user(username=username, password=secrets.token_urlsafe(32), roles=roles, teams=teams, actor=actor)
        return Invitation(user, make_password_link(user, actor=actor))
