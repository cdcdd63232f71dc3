"""Audit events of signing in and out, and of a new password. Attempts that failed are counted by `actions.door`."""

from __future__ import annotations

from django.db import transaction

from platform_site.access import actor_of
from platform_site.audit.record import record
from platform_site.people.actions.endings import revoke_tokens
from platform_site.people.models import User

BY_LINK = "link"


def note_sign_in(user: User, *, by: str = "password", address: str = "") -> None:
    """Record a sign-in: by password or by provider, and from which address."""
    _note("user.signed_in", user, {"by": by} | ({"address": address} if address else {}))


def note_sign_out(user: User) -> None:
    """Record a sign-out."""
    _note("user.signed_out", user)


def note_new_password(user: User, *, by: str = "") -> None:
    """Record that somebody set their own password, and revoke their tokens. Django ends their other sessions.

    With a link somebody else could have set it, who made the link: nothing is decided until it is changed once more.
    """
    known = by == BY_LINK
    with transaction.atomic():
        if user.password_known != known:
            user.password_known = known
            user.save(update_fields=["password_known"])
        _note("user.password_changed", user, {"by": by} if by else None)
        revoke_tokens(user, because="password changed", actor=actor_of(user))


def _note(action: str, user: User, payload: dict[str, str] | None = None) -> None:
    with transaction.atomic():
        record(action, subject=f"user:{user.username}", actor=actor_of(user), payload=payload)
