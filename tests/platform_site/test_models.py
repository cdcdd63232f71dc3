"""The answers to keyed requests: once for each person and key."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site.models import KeyedAnswer

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def answer(user, key="k-1"):
    return KeyedAnswer.objects.create(user=user, key=key, request_digest="0" * 64, created_at=timezone.now())


def test_a_person_has_a_key_once_and_others_have_their_own(people):
    stored = answer(people["viewer"])
    assert (str(stored), stored.status, stored.body) == (f"k-1 of {people['viewer'].pk}", None, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        answer(people["viewer"])
    answer(people["viewer"], key="K-1")
    answer(people["lead"])


def test_nobody_is_given_permissions_on_them():
    assert KeyedAnswer._meta.default_permissions == []
