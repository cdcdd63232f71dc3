"""Audit events of signing in and out, and of failed attempts."""

from __future__ import annotations

from django.db import transaction

from platform_site.access import Actor, actor_of
from platform_site.audit.record import record
from platform_site.people.actions.endings import revoke_tokens
from platform_site.people.models import User

ANONYMOUS = Actor("anonymous")


def note_sign_in(user: User, *, by: str = "password") -> None:
    """Record a sign-in: by password or by provider."""
    _note("user.signed_in", user, {"by": by})


def note_sign_out(user: User) -> None:
    """Record a sign-out."""
    _note("user.signed_out", user)


def note_new_password(user: User) -> None:
    """Record that somebody changed their own password, and revoke their tokens. Django ends their other sessions."""
    with transaction.atomic():
        _note("user.password_changed", user)
        revoke_tokens(user, because="password changed", actor=actor_of(user))


def note_failed_sign_in(username: str, *, because: str = "") -> None:
    """Record a failed attempt. The name is stored only if it exists: people enter passwords there by mistake."""
    _note_unknown("user.sign_in_failed", username, {"because": because} if because else None)


def note_lockout(username: str) -> None:
    """Record a lockout after too many failed attempts; once for each lockout."""
    _note_unknown("user.locked_out", username)


def _note(action: str, user: User, payload: dict[str, str] | None = None) -> None:
    with transaction.atomic():
        record(action, subject=f"user:{user.username}", actor=actor_of(user), payload=payload)


def _note_unknown(action: str, username: str, payload: dict[str, str] | None = None) -> None:
    known = User.objects.filter(username=username).exists()
    with transaction.atomic():
        subject = f"user:{username}" if known else "user:unknown"
        record(action, subject=subject, actor=ANONYMOUS, payload=payload)
