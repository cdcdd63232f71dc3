"""Passwords that somebody else brings about: a link that an administrator makes once, and a command in a shell."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.actions.endings import end_sessions, revoke_tokens
from platform_site.people.actions.holders import note_holder
from platform_site.people.actions.persons import current_roles, password_faults
from platform_site.people.models import AccountHolder, User
from platform_site.people.rules.powers import DECIDING_ROLES


def make_password_link(user: User, *, actor: Actor) -> str:
    """The path of a page, good once, on which somebody sets a new password.

    Whoever has it could sign in as them. So there is none for people who decide about others: not even an administrator
    can become one of these. The account is in the actor's hands from now on.
    """
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    if actor.user_id == user.pk:
        raise NotAllowed("Change your own password on your account page.")
    if user.is_service or not user.is_active or not user.has_usable_password():
        raise Refused("no_password", f"{user.username} does not sign in with a password, or is deactivated.")
    if deciding := sorted(DECIDING_ROLES & current_roles(user)):
        raise Refused(
            "decides_about_others",
            f"{user.username} is {', '.join(deciding)} and decides about others, so nobody gets a link to that "
            f"password. Whoever has the shell runs: manage.py people password {user.username}.",
        )
    with transaction.atomic():
        note_holder(user, actor, AccountHolder.Reason.PASSWORD)
        record("user.password_link_made", subject=f"user:{user.username}", actor=actor)
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("password_by_link", args=[uid, default_token_generator.make_token(user)])


def set_password(user: User, password: str, *, actor: Actor) -> None:
    """Set somebody's password from a shell: sessions and tokens end. Invalid when it is too weak."""
    access.require(actor == access.SYSTEM, "Passwords of others are set in a shell.")
    if user.is_service:
        raise Refused("no_password", f"{user.username} is a service account, which has no password.")
    if faults := password_faults(password):
        raise Invalid(faults)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user)
        record("user.password_set", subject=f"user:{user.username}", actor=actor)
        revoke_tokens(user, because="password set", actor=actor)
