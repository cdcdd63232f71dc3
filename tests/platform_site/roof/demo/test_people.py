"""The demo's people: made once with one password, each with a role."""

from __future__ import annotations

import pytest

from platform_site.people.models import Team, User
from platform_site.roof.demo import people

pytestmark = pytest.mark.django_db


def test_the_password_is_given_once_and_opens_every_account():
    password = people.load()
    assert password
    assert all(User.objects.get(username=name).check_password(password) for name in people.PEOPLE)
    assert set(people.TEAMS) <= set(Team.objects.values_list("slug", flat=True))
    assert not people.load()
    assert User.objects.get(username="lead").check_password(password)


def test_the_pipeline_is_a_service_account_without_a_password():
    people.load()
    pipeline = User.objects.get(username=people.PIPELINE)
    assert pipeline.is_service
    assert not pipeline.has_usable_password()
