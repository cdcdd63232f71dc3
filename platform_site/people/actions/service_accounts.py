"""Service accounts: accounts of programs, with a team, roles and tokens, without a password; they cannot approve."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from platform_site import access
from platform_site.access import Actor, Role
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.people.actions.holders import hold, note_holder
from platform_site.people.actions.persons import (
    name_faults,
    role_faults,
    set_active,
    set_powers,
    team_faults,
)
from platform_site.people.models import AccountHolder, User


def create_service_account(
    *, name: str, team: str, roles: Collection[str] = (Role.VIEWER,), owner: str = "", actor: Actor
) -> User:
    """Add a service account of a team; Invalid with every fault. It cannot approve.

    ``owner`` names the person who answers for it, the actor where it is empty. A role or team that decides about others
    waits for another person.
    """
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    faults = [*_renamed(name_faults(name)), *role_faults(roles, is_service=True), *_team_faults(team)]
    faults += _owner_faults(owner) if owner else []
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        account = User(username=name, is_service=True)
        account.set_unusable_password()
        account.save(force_insert=True)
        note_holder(account, actor, AccountHolder.Reason.MADE)
        record("service_account.created", subject=f"user:{name}", actor=actor, payload={"team": team})
        _put_owner(account, owner, actor=actor)
        set_powers(account, roles, [team], actor=actor)
    return account


def change_service_account(
    account: User,
    *,
    roles: Collection[str] | None = None,
    team: str | None = None,
    owner: str | None = None,
    active: bool | None = None,
    actor: Actor,
) -> User:
    """Give it exactly these roles, another team or owner, or deactivate it; what is None stays. Invalid with every fault."""
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    faults = role_faults(roles or (), is_service=True) + ([] if team is None else _team_faults(team))
    faults += [] if owner is None else _owner_faults(owner)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        if roles is not None or team is not None:
            set_powers(account, roles, None if team is None else [team], actor=actor)
        if owner is not None:
            _put_owner(account, owner, actor=actor)
        if active is not None:
            set_active(account, active, actor=actor)
    return account


def _put_owner(account: User, owner: str, *, actor: Actor) -> None:
    """Name who answers for an account: the actor where no name is given. Whoever did before stays one of its holders."""
    who = User.objects.filter(username=owner).first() if owner else User.objects.filter(pk=actor.user_id or 0).first()
    if who is None or who.pk == account.owner_id:
        return
    before, account.owner = account.owner, who
    account.save(update_fields=["owner"])
    hold(account, who.pk, AccountHolder.Reason.OWNER)
    payload = {"from": before.username if before else None, "to": who.username}
    record("service_account.owner_changed", subject=f"user:{account.username}", actor=actor, payload=payload)


def _owner_faults(owner: str) -> list[Fault]:
    if User.objects.filter(username=owner, is_service=False, is_active=True).exists():
        return []
    return [
        Fault("owner", "unknown", f"{owner} is not a person with an active account. A person owns a service account.")
    ]


def _team_faults(team: str) -> list[Fault]:
    return [fault._replace(field="team") for fault in team_faults([team])]


def _renamed(faults: list[Fault]) -> list[Fault]:
    return [fault._replace(field="name") for fault in faults]
