"""API tokens: made, used for the first time, revoked, expired; each with its audit event."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from platform_site import access
from platform_site.access import SYSTEM, Actor, actor_of
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused
from platform_site.people.actions.holders import note_holder
from platform_site.people.actions.persons import field_faults, unknown_faults
from platform_site.people.models import AccountHolder, ApiToken, User

PREFIX = "plb_"
SHOWN = 12
LONGEST_DAYS = 3650
MOST_TOKENS = 50
USE_IS_NOTED_EVERY = timedelta(minutes=1)
NOT_YOURS = (
    "Nobody makes a token for another person: it would act under their name. Administrators make tokens for service "
    "accounts."
)


class NewToken(NamedTuple):
    """A token as it is stored, and its text, which is stored nowhere."""

    token: ApiToken
    text: str


def issue_token(
    user: User,
    *,
    name: str = "",
    scopes: Collection[str] = ("read",),
    expires_in_days: int | None = None,
    through: ApiToken | None = None,
    actor: Actor,
) -> NewToken:
    """Make a token for oneself, or as administrator for a service account. Only a digest of its text is stored.

    ``through`` is the token that requests it: the new one has no other scopes and does not outlive it. Invalid with
    every fault; Refused for a deactivated account, or one with 50 valid tokens.
    """
    access.require(access.can_make_token(actor, user.pk, user.is_service), NOT_YOURS)
    now = timezone.now()
    ends_at = now + timedelta(days=expires_in_days) if expires_in_days and _is_in_range(expires_in_days) else None
    faults = [*field_faults(ApiToken, "name", name.strip()), *_scope_faults(scopes), *_day_faults(expires_in_days)]
    faults += _reach_faults(through, scopes, ends_at)
    if faults:
        raise Invalid(faults)
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        _require_room(user, now)
        token = ApiToken.objects.create(
            user=user,
            name=name.strip(),
            prefix=text[:SHOWN],
            digest=digest_of(text),
            scopes=sorted(set(scopes)),
            made_by=through.made_by if through and through.is_made_by_command else actor.name,
            created_at=now,
            expires_at=ends_at,
        )
        note_holder(user, actor, AccountHolder.Reason.TOKEN)
        payload = {"prefix": token.prefix, "name": token.name, "scopes": token.scopes, "expires_at": _iso(ends_at)}
        record("token.created", subject=f"user:{user.username}", actor=actor, payload=payload)
    return NewToken(token, text)


def make_token(
    user: User, *, scopes: Collection[str] = ("read",), expires_in_days: int | None = None, actor: Actor
) -> str:
    """Make a token and return only its text."""
    return issue_token(user, scopes=scopes, expires_in_days=expires_in_days, actor=actor).text


def revoke_token(token: ApiToken, *, actor: Actor) -> None:
    """Revoke a token now."""
    access.require(
        access.can_revoke_token(actor, token.user_id), "Only administrators can revoke the tokens of others."
    )
    with transaction.atomic():
        if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            return
        token.refresh_from_db(fields=["revoked_at"])
        record("token.revoked", subject=f"user:{token.user.username}", actor=actor, payload=_payload(token))


def note_use(token: ApiToken) -> None:
    """Note when a token was last used, to the minute: a write on every request would cost too much."""
    now = timezone.now()
    if token.last_used_at is None:
        _note_first_use(token, now)
    elif now - token.last_used_at > USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def note_expired(*, now: datetime | None = None) -> int:
    """Record the tokens that expired since the last call; return how many."""
    now = now or timezone.now()
    over = Q(expires_at__lte=now, revoked_at=None, expiry_noted_at=None)
    with transaction.atomic():
        expired = list(
            ApiToken.objects.filter(over).select_related("user").select_for_update(of=("self",), no_key=True)
        )
        ApiToken.objects.filter(pk__in=[token.pk for token in expired]).update(expiry_noted_at=now)
        for token in expired:
            record("token.expired", subject=f"user:{token.user.username}", actor=SYSTEM, payload=_payload(token))
    return len(expired)


def digest_of(token: str) -> str:
    """The digest under which a token is stored. It has 256 random bits: a plain SHA-256 cannot be reversed by guessing."""
    return hashlib.sha256(token.encode()).hexdigest()


def _note_first_use(token: ApiToken, now: datetime) -> None:
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, last_used_at=None).update(last_used_at=now):
            actor = actor_of(token.user)
            record("token.first_used", subject=f"user:{actor.name}", actor=actor, payload=_payload(token))


def _payload(token: ApiToken) -> dict[str, str]:
    return {"prefix": token.prefix, "name": token.name}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _is_in_range(days: int) -> bool:
    return 1 <= days <= LONGEST_DAYS


def _day_faults(days: int | None) -> list[Fault]:
    if days is None or _is_in_range(days):
        return []
    return [
        Fault("expires_in_days", "out_of_range", f"expires_in_days {days} is not a number from 1 to {LONGEST_DAYS}.")
    ]


def _scope_faults(scopes: Collection[str]) -> list[Fault]:
    return unknown_faults("scopes", scopes, ApiToken.Scope.values)


def _reach_faults(through: ApiToken | None, scopes: Collection[str], ends_at: datetime | None) -> list[Fault]:
    if through is None:
        return []
    further = [scope for scope in scopes if scope in ApiToken.Scope.values and scope not in through.scopes]
    faults = [
        Fault("scopes", "wider", f"The token of this request does not have the scope {scope}, so it cannot give it.")
        for scope in further
    ]
    if through.expires_at and (ends_at is None or ends_at > through.expires_at):
        until = through.expires_at.isoformat(timespec="seconds")
        faults.append(
            Fault(
                "expires_in_days",
                "longer",
                f"The token of this request expires at {until}; the new one cannot outlive it.",
            )
        )
    return faults


def _require_room(user: User, now: datetime) -> None:
    if not user.is_active:
        raise Refused(
            "deactivated", f"{user.username} is deactivated, so a token would not work. Activate the account first."
        )
    valid = ApiToken.objects.filter(user=user, revoked_at=None).exclude(expires_at__lte=now).count()
    if valid >= MOST_TOKENS:
        raise Refused(
            "too_many_tokens",
            f"{user.username} has {valid} valid tokens, the most allowed. Revoke one that is no longer needed.",
        )
