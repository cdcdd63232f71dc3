"""Teams, people, roles and tokens: every change by a named actor, with its audit event."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor, Role
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.people.models import ApiToken, Membership, Team, User

PREFIX = "plb_"
USE_IS_NOTED_EVERY = timedelta(minutes=1)
ONLY_ADMINISTRATORS = "Only administrators change people, roles and teams."


def create_team(*, slug: str, name: str, actor: Actor) -> Team:
    """Add a team; Invalid when the slug is malformed or taken."""
    access.require(access.can_administer(actor), ONLY_ADMINISTRATORS)
    faults = [*_field_faults(Team, "slug", slug), *_field_faults(Team, "name", name.strip())]
    if not faults and Team.objects.filter(slug=slug).exists():
        faults.append(Fault("slug", "duplicate", f"There is a team {slug} already."))
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        team = Team.objects.create(slug=slug, name=name)
        record("team.created", subject=f"team:{slug}", actor=actor, payload={"name": name})
    return team


def rename_team(team: Team, *, name: str, actor: Actor) -> Team:
    """Change a team's name; its slug is how everything refers to it and stays."""
    access.require(access.can_administer(actor), ONLY_ADMINISTRATORS)
    faults = _field_faults(Team, "name", name.strip())
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        before, team.name = team.name, name
        team.save(update_fields=["name"])
        record("team.renamed", subject=f"team:{team.slug}", actor=actor, payload={"from": before, "to": name})
    return team


def create_user(
    *, username: str, password: str, roles: Collection[str] = (), teams: Collection[str] = (), actor: Actor
) -> User:
    """Add a person with roles and teams; Invalid with every fault. The password is in no payload."""
    access.require(access.can_administer(actor), ONLY_ADMINISTRATORS)
    faults = [*_field_faults(User, "username", username), *_password_faults(password)]
    faults += [*_role_faults(roles), *_team_faults(teams)]
    if not faults and User.objects.filter(username__iexact=username).exists():
        faults.append(Fault("username", "duplicate", f"There is somebody called {username} already."))
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        user = User.objects.create_user(username=username, password=password)
        record("user.created", subject=f"user:{username}", actor=actor)
        set_roles(user, roles, actor=actor)
        set_teams(user, teams, actor=actor)
    return user


def set_roles(user: User, roles: Collection[str], *, actor: Actor) -> None:
    """Give exactly these roles; an administrator may open the admin, and nobody else."""
    access.require(access.can_administer(actor), ONLY_ADMINISTRATORS)
    faults = _role_faults(roles)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        before = set(user.groups.values_list("name", flat=True))
        if before == set(roles):
            return
        if Role.ADMINISTRATOR not in roles:
            _keep_an_administrator(user)
        user.groups.set(Group.objects.filter(name__in=roles))
        user.is_staff = bool({Role.ADMINISTRATOR, Role.LEAD} & set(roles))
        user.is_superuser = Role.ADMINISTRATOR in roles
        user.save(update_fields=["is_staff", "is_superuser"])
        payload = {"from": sorted(before), "to": sorted(roles)}
        record("user.roles_changed", subject=f"user:{user.username}", actor=actor, payload=payload)


def set_teams(user: User, teams: Collection[str], *, actor: Actor) -> None:
    """Make somebody a member of exactly these teams."""
    access.require(access.can_administer(actor), ONLY_ADMINISTRATORS)
    faults = _team_faults(teams)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        before = set(user.memberships.values_list("team__slug", flat=True))
        if before == set(teams):
            return
        user.memberships.exclude(team__slug__in=teams).delete()
        joined = Team.objects.filter(slug__in=set(teams) - before)
        Membership.objects.bulk_create(Membership(user=user, team=team) for team in joined)
        payload = {"from": sorted(before), "to": sorted(teams)}
        record("user.teams_changed", subject=f"user:{user.username}", actor=actor, payload=payload)


def set_active(user: User, active: bool, *, actor: Actor) -> None:
    """Let somebody in or keep them out. A person who acted is never deleted: the log names them."""
    access.require(access.can_administer(actor), ONLY_ADMINISTRATORS)
    with transaction.atomic():
        if user.is_active == active:
            return
        if not active:
            _keep_an_administrator(user)
        user.is_active = active
        user.save(update_fields=["is_active"])
        verb = "user.activated" if active else "user.deactivated"
        record(verb, subject=f"user:{user.username}", actor=actor)


def make_token(
    user: User, *, scopes: Collection[str] = ("read",), expires_in_days: int | None = None, actor: Actor
) -> str:
    """A new API token for somebody, returned once and kept as a digest. One's own, or anybody's as administrator."""
    own = actor.user_id == user.pk
    access.require(own or access.can_administer(actor), "Only administrators make tokens for others.")
    faults = _scope_faults(scopes)
    if expires_in_days is not None and not 1 <= expires_in_days <= 3650:
        faults.append(Fault("expires_in_days", "out_of_range", "Give a number of days from 1 to 3650."))
    if faults:
        raise Invalid(faults)
    text = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            prefix=text[:12],
            digest=digest_of(text),
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=now + timedelta(days=expires_in_days) if expires_in_days else None,
        )
        payload = {"prefix": token.prefix, "scopes": token.scopes, "expires_at": _iso(token.expires_at)}
        record("token.created", subject=f"user:{user.username}", actor=actor, payload=payload)
    return text


def revoke_token(token: ApiToken, *, actor: Actor) -> None:
    """End a token now."""
    own = actor.user_id == token.user_id
    access.require(own or access.can_administer(actor), "Only administrators revoke the tokens of others.")
    with transaction.atomic():
        if token.revoked_at:
            return
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        payload = {"prefix": token.prefix}
        record("token.revoked", subject=f"user:{token.user.username}", actor=actor, payload=payload)


def note_use(token: ApiToken) -> None:
    """When a token was last used, to the minute: a write on every request would cost more than it tells."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def digest_of(token: str) -> str:
    """How a token is kept. It carries 256 random bits: a plain SHA-256 cannot be guessed backwards."""
    return hashlib.sha256(token.encode()).hexdigest()


def _iso(moment: object) -> str | None:
    return moment.isoformat() if moment else None


def _keep_an_administrator(leaving: User) -> None:
    """Refused when nobody would be left who can let people in."""
    administrators = User.objects.filter(is_active=True, is_superuser=True)
    if list(administrators[:2]) == [leaving]:
        raise Refused("last_administrator", f"{leaving.username} is the last administrator: name another one first.")


def _field_faults(model: type[Model], field: str, given: str) -> list[Fault]:
    try:
        model._meta.get_field(field).clean(given, None)
    except ValidationError as error:
        return [Fault(field, "malformed", message) for message in error.messages]
    return []


def _password_faults(password: str) -> list[Fault]:
    try:
        validate_password(password)
    except ValidationError as error:
        return [Fault("password", "too_weak", message) for message in error.messages]
    return []


def _role_faults(roles: Collection[str]) -> list[Fault]:
    return _unknown_faults("roles", roles, list(Role))


def _scope_faults(scopes: Collection[str]) -> list[Fault]:
    return _unknown_faults("scopes", scopes, ApiToken.Scope.values)


def _team_faults(teams: Collection[str]) -> list[Fault]:
    return _unknown_faults("teams", teams, list(Team.objects.values_list("slug", flat=True)))


def _unknown_faults(field: str, given: Collection[str], known: Collection[str]) -> list[Fault]:
    words = ", ".join(sorted(known)) or "none yet"
    return [Fault(field, "unknown", f"{word!r} is unknown: choose of {words}.") for word in given if word not in known]
