"""The door: wrong passwords are counted in a table of their own, and a lock is one event.

A failure is not an audit event: anybody can cause one, and nothing is ever deleted from the audit log. They are pruned after 30
days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import Aggregate, Count, Max, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Refusal
from platform_site.people.models import SignInFailure, User
from platform_site.people.rules.addresses import client_address
from platform_site.people.rules.door import LIMITS, WINDOW, Failures, Scope, closed_until, place_of

ANONYMOUS = Actor("anonymous")
KEPT = timedelta(days=30)


class Closed(Refusal):
    """Too many attempts failed: 429, with the seconds to wait."""

    status = 429  # type: ignore[assignment] # HTTPStatus is an int

    def __init__(self, seconds: int) -> None:
        super().__init__("too_many_failures", f"Too many attempts failed. Try again in {_words(seconds)}.")
        self.seconds = seconds


@dataclass(frozen=True)
class Attempt:
    """Who knocks: the name that was typed, the address, and the device if this name came in from it before."""

    username: str
    address: str
    device: str = ""

    @property
    def digest(self) -> str:
        """What stands for the name in the table: people type passwords into that field."""
        return salted_hmac("platform_site.people.door", self.username.lower(), algorithm="sha256").hexdigest()

    @property
    def source(self) -> str:
        """A known device counts for itself, so that nobody else can lock it out."""
        return f"device:{self.device}" if self.device else f"address:{place_of(self.address)}"

    @property
    def scopes(self) -> dict[Scope, Q]:
        """The rows that count for each limit. A known device is held by its own failures alone."""
        pair = {Scope.PAIR: Q(name_digest=self.digest, source=self.source)}
        others = {Scope.ADDRESS: Q(source=self.source), Scope.NAME: Q(name_digest=self.digest)}
        return pair if self.device else pair | others


def address_of(request: HttpRequest) -> str:
    """The address of the client, behind the proxies that the installation trusts."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return client_address(request.META.get("REMOTE_ADDR", ""), forwarded, settings.TRUSTED_PROXIES)


def require_open(attempt: Attempt) -> None:
    """Raise `Closed` while the door is shut for this attempt; asked before a password is looked at."""
    now = timezone.now()
    ends = [closed_until(scope, failures) for scope, failures in _failures(attempt, now).items()]
    left = max((end - now for end in ends if end is not None), default=timedelta())
    if left > timedelta():
        raise Closed(ceil(left.total_seconds()))


def note_failure(attempt: Attempt, *, because: str = "password", counts: bool = True) -> None:
    """Count an attempt that failed; the first that reaches a limit is an event, which says from where."""
    now = timezone.now()
    user = User.objects.filter(username__iexact=attempt.username).first() if attempt.username else None
    with transaction.atomic():
        row = SignInFailure.objects.create(
            user=user,
            name_digest=attempt.digest,
            source=attempt.source,
            address=attempt.address,
            because=because,
            counts=counts,
            at=now,
        )
        if not counts:  # what the provider refused was no guess at a password
            return
        for scope, failures in _failures(attempt, now).items():
            if failures.number == LIMITS[scope]:
                _note_lock(attempt, scope, failures, user, row)


def note_success(attempt: Attempt) -> None:
    """Whoever came in begins anew from there: their earlier failures from that place count no more."""
    rows = SignInFailure.objects.filter(name_digest=attempt.digest, source=attempt.source, counts=True)
    if rows.exists():
        rows.update(counts=False)


def reset_lock(username: str, *, actor: Actor) -> int:
    """Open the door for a name again, from everywhere; return how many failures count no more."""
    access.require(access.can_administer(actor), access.ONLY_ADMINISTRATORS)
    digest = Attempt(username, "").digest
    with transaction.atomic():
        places = list(SignInFailure.objects.filter(name_digest=digest, counts=True).values_list("source", flat=True))
        about = Q(name_digest=digest) | Q(source__in=set(places))
        count = SignInFailure.objects.filter(about, counts=True).update(counts=False)
        record("user.lock_reset", subject=f"user:{username}", actor=actor, payload={"failures": count})
    return count


def _failures(attempt: Attempt, now: datetime) -> dict[Scope, Failures]:
    """What counts against an attempt in each scope; one query."""
    figures: dict[str, Aggregate] = {}
    for scope, about in attempt.scopes.items():
        figures[f"{scope.name}_count"] = Count("pk", filter=about)
        figures[f"{scope.name}_last"] = Max("at", filter=about)
    reached = Q(_connector=Q.OR)
    for about in attempt.scopes.values():
        reached |= about
    recent = SignInFailure.objects.filter(reached, at__gt=now - WINDOW, counts=True).aggregate(**figures)
    return {scope: Failures(recent[f"{scope.name}_count"], recent[f"{scope.name}_last"]) for scope in attempt.scopes}


def _note_lock(attempt: Attempt, scope: Scope, failures: Failures, user: User | None, row: SignInFailure) -> None:
    subject = f"user:{user.username}" if user and scope is not Scope.ADDRESS else "user:unknown"
    payload = {
        "by": scope.value,
        "address": attempt.address,
        "known_device": bool(attempt.device),
        "failures": failures.number,
        "within_minutes": int(WINDOW.total_seconds() // 60),
        "failure": row.pk,
    }
    record("user.locked_out", subject=subject, actor=ANONYMOUS, payload=payload)


def _words(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{ceil(seconds / 60)} minutes"
