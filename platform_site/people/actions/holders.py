"""In whose hands an account is: who answers for it, made it, or made what opens it."""

from __future__ import annotations

from django.utils import timezone

from platform_site.access import Actor
from platform_site.people.models import AccountHolder, User


def note_holder(account: User, actor: Actor, reason: str) -> None:
    """Note that an account went through the actor's hands, inside the caller's transaction; the caller records why.

    What a command or the provider does is in nobody's hands that have a name here.
    """
    if actor.user_id is not None and actor.user_id != account.pk:
        hold(account, actor.user_id, reason)


def hold(account: User, person_id: int, reason: str) -> None:
    """Note that an account is in a person's hands; once for each reason."""
    AccountHolder.objects.get_or_create(
        account=account, person_id=person_id, reason=reason, defaults={"since": timezone.now()}
    )
