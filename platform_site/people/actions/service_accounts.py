"""Service accounts: accounts of programs, with a team, roles and tokens, without a password; they cannot approve."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from platform_site import access
from platform_site.access import Actor, Role
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.people.actions.persons import (
    name_faults,
    role_faults,
    set_active,
    set_roles,
    set_teams,
    team_faults,
)
from platform_site.people.models import User


def create_service_account(*, name: str, team: str, roles: Collection[str] = (Role.VIEWER,), actor: Actor) -> User:
    """Add a service account of a team; Invalid with every fault. It cannot approve."""
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    faults = [*_renamed(name_faults(name)), *role_faults(roles, is_service=True), *_team_faults(team)]
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        account = User(username=name, is_service=True)
        account.set_unusable_password()
        account.save(force_insert=True)
        record("service_account.created", subject=f"user:{name}", actor=actor, payload={"team": team})
        set_roles(account, roles, actor=actor)
        set_teams(account, [team], actor=actor)
    return account


def change_service_account(
    account: User,
    *,
    roles: Collection[str] | None = None,
    team: str | None = None,
    active: bool | None = None,
    actor: Actor,
) -> User:
    """Give it exactly these roles, another team, or deactivate it; what is None stays. Invalid with every fault."""
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    faults = role_faults(roles or (), is_service=True) + ([] if team is None else _team_faults(team))
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        if roles is not None:
            set_roles(account, roles, actor=actor)
        if team is not None:
            set_teams(account, [team], actor=actor)
        if active is not None:
            set_active(account, active, actor=actor)
    return account


def _team_faults(team: str) -> list[Fault]:
    return [fault._replace(field="team") for fault in team_faults([team])]


def _renamed(faults: list[Fault]) -> list[Fault]:
    return [fault._replace(field="name") for fault in faults]
