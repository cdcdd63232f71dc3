"""Subscribe to the review of an organization by mail, and end that."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from assessments.models import Organization, ReviewSubscription
from assessments.review.queries.subscriptions import subscriber_of
from assessments.review.rules.digest import Every
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid
from platform_site.people.models import User

ONLY_PEOPLE = "Only a person with a role gets a review by mail."
NO_ADDRESS = "Your account has no e-mail address. Ask an administrator to add it, then subscribe."


def subscribe(organization: Organization, *, every: str, actor: Actor) -> ReviewSubscription:
    """The actor gets the review weekly or monthly from now on; the same again changes nothing."""
    access.require(not actor.is_service and bool(actor.roles), ONLY_PEOPLE)
    person = User.objects.get(username=actor.name)
    if faults := _faults(person, organization, every):
        raise Invalid(faults)
    with transaction.atomic():
        defaults = {"every": every, "subscribed_at": timezone.now()}
        rows = ReviewSubscription.objects.filter(person=person, organization=organization)
        _, is_new = rows.get_or_create(person=person, organization=organization, defaults=defaults)
        if is_new or rows.exclude(every=every).update(every=every):
            _record("subscribed", organization, person, actor, every=every)
        return rows.get()


def unsubscribe(organization: Organization, *, actor: Actor) -> bool:
    """End the actor's subscription; whether there was one."""
    return _end(organization, User.objects.filter(username=actor.name).first(), actor)


def unsubscribe_by_key(key: str) -> Organization:
    """End the subscription that the link of a mail names, whoever follows it; Unknown for a key that we did not make."""
    subscriber = subscriber_of(key)
    _end(subscriber.organization, subscriber.person, Actor(subscriber.person.username))
    return subscriber.organization


def _end(organization: Organization, person: User | None, actor: Actor) -> bool:
    with transaction.atomic():
        rows = ReviewSubscription.objects.filter(person=person, organization=organization)
        if person is None or not rows.delete()[0]:
            return False
        _record("unsubscribed", organization, person, actor)
    return True


def _faults(person: User, organization: Organization, every: str) -> list[Fault]:
    faults = []
    if every not in list(Every):
        faults.append(Fault("every", "invalid", f"{every[:20]!r} is not how often. Choose {' or '.join(Every)}."))
    if organization.archived_at is not None:
        faults.append(Fault("organization", "archived", f"{organization.name} is archived: nothing changes there."))
    if not person.email:
        faults.append(Fault("", "no_address", NO_ADDRESS))
    return faults


def _record(verb: str, organization: Organization, person: User, actor: Actor, **payload: str) -> None:
    content = {"person": person.username} | payload
    record(f"review.{verb}", subject=f"organization:{organization.slug}", actor=actor, payload=content)
