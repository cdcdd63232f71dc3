"""Let in whom the provider names: roles and teams follow its groups at each sign-in, on record."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor, Role
from platform_site.audit.record import record
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.actions.persons import create_team, name_faults, put_roles, set_teams
from platform_site.people.models import ProviderIdentity, Team, User
from platform_site.people.provider.flow import Claims
from platform_site.people.provider.settings import Membership

SIGN_IN = Actor("sign-in", roles=frozenset({Role.ADMINISTRATOR}))  # what the provider says is done in its name
IS_LOCAL = "{} signs in with a password here. An administrator can hand the account over to the provider: People, in the admin."


def admit(claims: Claims, held: Membership) -> User:
    """Whoever came, with exactly the roles and teams that their groups give; NotAllowed when these give no role.

    What somebody lost is taken away even when they are not let in.
    """
    try:
        with transaction.atomic():
            user = _known(claims)
            if user is None and held.roles:
                user = _linked(claims)
            if user is not None:
                put_roles(user, held.roles, actor=SIGN_IN)
                set_teams(user, _made(held.teams), actor=SIGN_IN)
    except IntegrityError as error:
        raise Refused("conflict", "You came twice at the same moment: sign in again.") from error
    if user is None or not held.roles:
        raise NotAllowed("None of your groups opens Plumbline: ask an administrator of your platform.", code="no_role")
    if not user.is_active:
        raise NotAllowed(f"{user.username} is kept out: ask an administrator of your platform.", code="deactivated")
    return user


def hand_over(user: User, *, actor: Actor) -> None:
    """Take somebody's password away, so that the provider's account of that name is theirs from its first sign-in on."""
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    if actor.user_id == user.pk:
        raise Refused("own_account", "Ask another administrator: you would be outside until the provider lets you in.")
    with transaction.atomic():
        if user.is_service or not user.has_usable_password():
            return
        user.set_unusable_password()
        user.save(update_fields=["password"])
        record("user.handed_over", subject=f"user:{user.username}", actor=actor)


def _known(claims: Claims) -> User | None:
    who = {"issuer": claims.issuer, "subject": claims.subject}
    identity = ProviderIdentity.objects.filter(**who).select_related("user").first()
    return identity.user if identity else None


def _linked(claims: Claims) -> User:
    """The account of that name, new or handed over: one with a password is somebody else's until then."""
    user = User.objects.filter(username__iexact=claims.username).first()
    if user is None:
        if faults := name_faults(claims.username):
            raise Invalid(faults)
        user = User(username=claims.username)
        user.set_unusable_password()
        user.save(force_insert=True)
        record("user.created", subject=f"user:{user.username}", actor=SIGN_IN)
    elif user.is_service or user.has_usable_password():
        raise NotAllowed(IS_LOCAL.format(user.username), code="name_taken")
    elif ProviderIdentity.objects.filter(user=user).exists():
        raise NotAllowed(f"{user.username} is somebody else at the provider.", code="name_taken")
    told = {"issuer": claims.issuer, "subject": claims.subject}
    ProviderIdentity.objects.create(user=user, created_at=timezone.now(), **told)
    record("user.linked", subject=f"user:{user.username}", actor=SIGN_IN, payload=told)
    return user


def _made(teams: tuple[str, ...]) -> tuple[str, ...]:
    """The teams of the map, those that nobody made yet too: the administrator wrote their names there."""
    there = set(Team.objects.filter(slug__in=teams).values_list("slug", flat=True))
    for slug in teams:
        if slug not in there:
            create_team(slug=slug, name=slug, actor=SIGN_IN)
    return teams
