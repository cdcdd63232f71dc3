"""What the database itself refuses of subscriptions and mails."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import ReviewMail, ReviewSubscription

pytestmark = pytest.mark.django_db


def test_a_person_subscribes_once_and_a_period_has_one_mail(people, organization):
    now = timezone.now()
    own = {"person": people["viewer"], "organization": organization, "every": "weekly"}
    mail = {"period_begin": date(2026, 12, 7), "created_at": now, "next_attempt_at": now}
    subscription = ReviewSubscription.objects.create(**own, subscribed_at=now)
    first = ReviewMail.objects.create(**own, **mail)
    assert str(subscription) == "viewer weekly: exampleco"
    assert str(first) == "exampleco for viewer, 2026-12-07"
    for make in (
        lambda: ReviewSubscription.objects.create(**own | {"every": "monthly"}, subscribed_at=now),
        lambda: ReviewMail.objects.create(**own, **mail),
        lambda: ReviewMail.objects.filter(pk=first.pk).update(state="sending"),
        lambda: ReviewMail.objects.filter(pk=first.pk).update(state="sent"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
