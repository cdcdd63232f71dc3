"""Sign people in through the provider: roles and teams follow its groups at each sign-in, with audit events."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site import access
from platform_site.access import Actor, Role
from platform_site.audit.record import record
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.actions.endings import revoke_tokens
from platform_site.people.actions.persons import name_faults, put_roles, put_teams
from platform_site.people.actions.teams import create_team
from platform_site.people.models import ProviderIdentity, Team, User
from platform_site.people.provider.flow import Claims
from platform_site.people.provider.settings import Membership

SIGN_IN = Actor(
    "sign-in", roles=frozenset({Role.ADMINISTRATOR})
)  # the actor of changes that the provider's groups cause
IS_LOCAL = "{} signs in with a password here. An administrator can hand the account over to the provider under People in the admin."


def admit(claims: Claims, held: Membership) -> User:
    """The user behind the claims, with exactly the roles and teams of their groups; NotAllowed when these give no role.

    Roles that somebody lost are removed even when the sign-in is refused.
    """
    try:
        with transaction.atomic():
            user = _linked_user(claims)
            if user is None and held.roles:
                user = _link_account(claims)
            if user is not None:
                put_roles(user, held.roles, actor=SIGN_IN)
                put_teams(user, _ensure_teams(held.teams), actor=SIGN_IN)
    except IntegrityError as error:
        raise Refused("conflict", "Two sign-ins for your account arrived at the same moment. Sign in again.") from error
    if user is None or not held.roles:
        raise NotAllowed(
            "None of your groups has a role in Plumbline. Ask an administrator of your platform.", code="no_role"
        )
    if not user.is_active:
        raise NotAllowed(f"{user.username} is deactivated. Ask an administrator of your platform.", code="deactivated")
    return user


def hand_over(user: User, *, actor: Actor) -> None:
    """Remove somebody's password, so that the provider's account of that name is linked at its first sign-in."""
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    if actor.user_id == user.pk:
        raise Refused(
            "own_account",
            "You cannot hand over your own account: you would be locked out until the provider signs you in. Ask another administrator.",
        )
    with transaction.atomic():
        if user.is_service or not user.has_usable_password():
            return
        user.set_unusable_password()
        user.password_known = False
        user.save(update_fields=["password", "password_known"])
        record("user.handed_over", subject=f"user:{user.username}", actor=actor)
        revoke_tokens(user, because="handed over", actor=actor)


def _linked_user(claims: Claims) -> User | None:
    who = {"issuer": claims.issuer, "subject": claims.subject}
    identity = ProviderIdentity.objects.filter(**who).select_related("user").first()
    return identity.user if identity else None


def _link_account(claims: Claims) -> User:
    """Link the account of that name, new or handed over. An account with a password may be somebody else's."""
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
        raise NotAllowed(f"{user.username} belongs to another account of the provider.", code="name_taken")
    identity = {"issuer": claims.issuer, "subject": claims.subject}
    ProviderIdentity.objects.create(user=user, created_at=timezone.now(), **identity)
    record("user.linked", subject=f"user:{user.username}", actor=SIGN_IN, payload=identity)
    return user


def _ensure_teams(teams: tuple[str, ...]) -> tuple[str, ...]:
    """Create the teams of the group map that do not exist yet, and return all of them."""
    existing = set(Team.objects.filter(slug__in=teams).values_list("slug", flat=True))
    for slug in teams:
        if slug not in existing:
            create_team(slug=slug, name=slug, actor=SIGN_IN)
    return teams
