"""Sessions and tokens end for good: what ended does not come back with the account."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit.record import Entry, record_all
from platform_site.people.models import ApiToken, User


def end_sessions(user: User) -> None:
    """End every session of somebody: each has the hash of an earlier generation. The caller records why."""
    user.session_generation += 1
    user.save(update_fields=["session_generation"])


def revoke_tokens(user: User, *, because: str, actor: Actor) -> int:
    """Revoke every valid token of somebody, each with its event, inside the caller's transaction; return how many."""
    now = timezone.now()
    valid = list(ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), user=user, revoked_at=None))
    ApiToken.objects.filter(pk__in=[token.pk for token in valid]).update(revoked_at=now)
    payloads = [{"prefix": token.prefix, "name": token.name, "because": because} for token in valid]
    record_all([Entry("token.revoked", f"user:{user.username}", payload) for payload in payloads], actor=actor)
    return len(valid)
