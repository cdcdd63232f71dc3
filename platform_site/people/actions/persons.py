"""People, their roles and teams: every change by a named actor, with its audit event."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import Any, cast

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Model

from platform_site import access
from platform_site.access import Actor, Role
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.people.actions.endings import end_sessions, revoke_tokens
from platform_site.people.actions.holders import note_holder
from platform_site.people.actions.requests import request_access
from platform_site.people.models import AccessRequest, AccountHolder, Membership, Team, User
from platform_site.people.queries import policy_teams
from platform_site.people.rules.powers import Powers, held_back

NOTHING = Powers(frozenset(), frozenset())
NOBODY = frozenset({"system", "anonymous", "sign-in"})
NEVER_FOR_SERVICE_ACCOUNTS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
SERVICE_ROLE_REFUSED = (
    "A service account cannot be an approver or an administrator. Choose from contributor, lead and viewer."
)


def create_user(
    *, username: str, password: str, roles: Collection[str] = (), teams: Collection[str] = (), actor: Actor
) -> User:
    """Add a person with roles and teams; Invalid with every fault. The password is in no payload."""
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    faults = [*name_faults(username), *password_faults(password), *role_faults(roles), *team_faults(teams)]
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        known = actor.user_id is not None
        user = User.objects.create_user(username=username, password=password, password_known=known)
        note_holder(user, actor, AccountHolder.Reason.MADE)
        record("user.created", subject=f"user:{username}", actor=actor)
        set_powers(user, roles, teams, actor=actor)
    return user


def set_roles(user: User, roles: Collection[str], *, actor: Actor) -> AccessRequest | None:
    """Give exactly these roles; the request for those that wait for another person, if any."""
    return set_powers(user, roles, None, actor=actor)


def set_teams(user: User, teams: Collection[str], *, actor: Actor) -> AccessRequest | None:
    """Make somebody a member of exactly these teams; the request for those that wait for another person, if any."""
    return set_powers(user, None, teams, actor=actor)


def set_powers(
    user: User, roles: Collection[str] | None, teams: Collection[str] | None, *, actor: Actor
) -> AccessRequest | None:
    """Give exactly these roles and teams; what is None stays. Never one's own.

    What decides about others is not given yet: it becomes a request, which is returned and which another person decides
    (`access_requests`). Commands and the provider's groups need nobody else.
    """
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    before = Powers(current_roles(user), current_teams(user))
    after = Powers(before.roles if roles is None else set(roles), before.teams if teams is None else set(teams))
    if faults := _power_faults(user, before, after):
        raise Invalid(faults)
    if before == after:
        return None
    access.require(access.can_change_powers(actor, user.pk), access.NOT_ONES_OWN)
    waits = held_back(before, after, policy_teams()) if actor.user_id is not None else NOTHING
    with transaction.atomic():
        if Role.ADMINISTRATOR not in after.roles:
            _keep_an_administrator(user)
        put_roles(user, after.roles - waits.roles, actor=actor)
        put_teams(user, _without(user, before, after, waits), actor=actor)
        return request_access(user, waits, actor=actor) if waits else None


def _power_faults(user: User, before: Powers, after: Powers) -> list[Fault]:
    faults = role_faults(after.roles, is_service=user.is_service) if after.roles != before.roles else []
    if after.teams == before.teams:
        return faults
    if user.is_service and len(after.teams) != 1:
        faults.append(Fault("teams", "one_team", "A service account belongs to exactly one team."))
    return faults + team_faults(after.teams)


def _without(user: User, before: Powers, after: Powers, waits: Powers) -> AbstractSet[str]:
    """The teams to put now: a service account stays in its team while another one waits."""
    return before.teams if user.is_service and waits.teams else after.teams - waits.teams


def put_roles(user: User, roles: Collection[str], *, actor: Actor) -> None:
    """Store the roles, with an audit event if they changed; inside the caller's transaction.

    Sessions end, and where a role is lost a person's tokens too. A program's tokens stay: they do what its roles allow. It does not protect the last administrator: whoever loses the role at the provider must lose it here.
    """
    before = current_roles(user)
    if before == set(roles):
        return
    user.groups.set(Group.objects.filter(name__in=roles))
    user.is_staff = bool({Role.ADMINISTRATOR, Role.LEAD} & set(roles)) and not user.is_service
    user.is_superuser = Role.ADMINISTRATOR in roles
    user.save(update_fields=["is_staff", "is_superuser"])
    payload = {"from": sorted(before), "to": sorted(roles)}
    record("user.roles_changed", subject=f"user:{user.username}", actor=actor, payload=payload)
    end_sessions(user)
    if before - set(roles) and not user.is_service:
        revoke_tokens(user, because="roles changed", actor=actor)


def current_roles(user: User) -> set[str]:
    """The roles that somebody holds."""
    return set(user.groups.values_list("name", flat=True))


def current_teams(user: User) -> set[str]:
    """The slugs of the teams that somebody belongs to."""
    return set(user.memberships.values_list("team__slug", flat=True))


def put_teams(user: User, teams: Collection[str], *, actor: Actor) -> None:
    """Store the teams, with an audit event if they changed; inside the caller's transaction."""
    before = current_teams(user)
    if before == set(teams):
        return
    user.memberships.exclude(team__slug__in=teams).delete()
    joined = Team.objects.filter(slug__in=set(teams) - before)
    Membership.objects.bulk_create(Membership(user=user, team=team) for team in joined)
    payload = {"from": sorted(before), "to": sorted(teams)}
    record("user.teams_changed", subject=f"user:{user.username}", actor=actor, payload=payload)


def set_active(user: User, active: bool, *, actor: Actor) -> None:
    """Activate or deactivate an account. A person who acted is never deleted: the audit log names them.

    Its sessions and tokens end with it: an account that is activated again begins without any.
    """
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    with transaction.atomic():
        if user.is_active == active:
            return
        if not active:
            _keep_an_administrator(user)
        user.is_active = active
        user.save(update_fields=["is_active"])
        verb = "user.activated" if active else "user.deactivated"
        record(verb, subject=f"user:{user.username}", actor=actor)
        if not active:
            end_sessions(user)
            revoke_tokens(user, because="deactivated", actor=actor)


def _keep_an_administrator(leaving: User) -> None:
    """Refused when no administrator would be left."""
    administrators = User.objects.filter(is_active=True, is_superuser=True)
    if list(administrators[:2]) == [leaving]:
        raise Refused(
            "last_administrator",
            f"{leaving.username} is the last administrator. Make somebody else an administrator first.",
        )


def field_faults(model: type[Model], field: str, value: str) -> list[Fault]:
    try:
        cast("models.Field[Any, Any]", model._meta.get_field(field)).clean(value, None)
    except ValidationError as error:
        return [Fault(field, "malformed", message) for message in error.messages]
    return []


def name_faults(username: str) -> list[Fault]:
    """Faults of a new username: malformed, reserved, or taken in any case."""
    faults = field_faults(User, "username", username)
    if not username.isascii():
        faults.append(
            Fault(
                "username",
                "malformed",
                f"{username} has letters other than a to z. Use a to z only: other letters can look the same.",
            )
        )
    if username.lower() in NOBODY:
        faults.append(
            Fault("username", "reserved", f"{username} is reserved: the audit log uses it for what no person did.")
        )
    if not faults and User.objects.filter(username__iexact=username).exists():
        faults.append(Fault("username", "duplicate", f"A user named {username} exists already."))
    return faults


def password_faults(password: str) -> list[Fault]:
    try:
        validate_password(password)
    except ValidationError as error:
        return [Fault("password", "too_weak", message) for message in error.messages]
    return []


def role_faults(roles: Collection[str], *, is_service: bool = False) -> list[Fault]:
    """A fault for each role that does not exist, and one for roles that a service account cannot have."""
    faults = unknown_faults("roles", roles, list(Role))
    if is_service:
        faults += [
            Fault("roles", "not_for_a_program", SERVICE_ROLE_REFUSED) for _ in NEVER_FOR_SERVICE_ACCOUNTS & set(roles)
        ][:1]
    return faults


def team_faults(teams: Collection[str]) -> list[Fault]:
    return unknown_faults("teams", teams, list(Team.objects.values_list("slug", flat=True)))


def unknown_faults(field: str, values: Collection[str], known: Collection[str]) -> list[Fault]:
    choices = ", ".join(sorted(known))
    advice = f"Choose from {choices}." if choices else "There are none yet."
    return [
        Fault(field, "unknown", f"{value} is not one of the {field}. {advice}")
        for value in values
        if value not in known
    ]
