"""Who gets the review by mail, until when it is due, and the links in the mails."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from assessments.models import Organization, ReviewMail, ReviewSubscription
from assessments.review.rules.digest import next_digest
from platform_site.errors import Unknown
from platform_site.people.models import User

SALT = "assessments.review.unsubscribe"
NO_MAIL = "This installation has no mail server, so no digest is sent. An administrator can set EMAIL_URL."
NO_ORIGIN = (
    "This installation does not know its own address, which links in mails need, so no digest is sent. "
    "An administrator can set CSRF_TRUSTED_ORIGINS."
)
NOT_A_LINK = "This link is not one that Plumbline wrote, or it was cut off. Open the review and unsubscribe there."


class Subscriber(NamedTuple):
    """Whose subscription a link ends."""

    person: User
    organization: Organization


def why_nothing_is_sent() -> str:
    """What keeps every digest back, as a sentence; empty when nothing does."""
    if not settings.MAIL_IS_SET:
        return NO_MAIL
    return "" if settings.PUBLIC_ORIGIN else NO_ORIGIN


def subscription_of(user_id: int | None, organization: Organization) -> ReviewSubscription | None:
    """A person's subscription to an organization's review; None without one."""
    return ReviewSubscription.objects.filter(person_id=user_id, organization=organization).first()


def next_mail_on(subscription: ReviewSubscription) -> date:
    """The day of the next digest; today when it is due."""
    newest = _mails_of(subscription).filter(every=subscription.every).order_by("-period_begin").first()
    today, since = timezone.now().date(), subscription.subscribed_at.date()
    return next_digest(subscription.every, since, newest.period_begin if newest else None, today)


def covered_until(subscription: ReviewSubscription) -> date | None:
    """The last day that a sent digest covers; None before the first."""
    sent = _mails_of(subscription).filter(state=ReviewMail.State.SENT).order_by("-until").first()
    return sent.until if sent else None


def subscription_as_shown(user_id: int | None, organization: Organization) -> dict[str, Any]:
    """A person's subscription as the API answers it, also where there is none."""
    subscription = subscription_of(user_id, organization)
    return {
        "organization": organization.slug,
        "every": subscription.every if subscription else None,
        "subscribed_at": subscription.subscribed_at if subscription else None,
        "next_mail_on": next_mail_on(subscription) if subscription else None,
        "why_nothing_is_sent": why_nothing_is_sent(),
    }


def has_access(person: User) -> bool:
    """Whether a person may read a review now."""
    return person.is_active and not person.is_service and (person.is_superuser or person.groups.exists())


def unsubscribe_link(person_id: int, organization: Organization) -> str:
    """The address that ends the subscription without a sign-in."""
    key = signing.dumps([person_id, organization.pk], salt=SALT)
    return f"{settings.PUBLIC_ORIGIN}{reverse('assessments:unsubscribe_by_link', args=[key])}"


def subscriber_of(key: str) -> Subscriber:
    """Whose subscription a link ends; Unknown for a key that we did not make."""
    try:
        person_id, organization_id = signing.loads(key, salt=SALT)
        return Subscriber(User.objects.get(pk=person_id), Organization.objects.get(pk=organization_id))
    except (signing.BadSignature, ValueError, TypeError, User.DoesNotExist, Organization.DoesNotExist):
        raise Unknown(NOT_A_LINK) from None


def review_link(organization: Organization, since: date) -> str:
    """The page of the review since a day."""
    return f"{settings.PUBLIC_ORIGIN}{reverse('assessments:review', args=[organization.slug])}?since={since}"


def _mails_of(subscription: ReviewSubscription) -> QuerySet[ReviewMail]:
    return ReviewMail.objects.filter(person=subscription.person_id, organization=subscription.organization_id)
