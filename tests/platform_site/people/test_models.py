"""What the database refuses of people, teams and tokens, and when a token is valid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.people import actions
from platform_site.people.models import ApiToken, Membership, ProviderIdentity, Team, User

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = timezone.now()


def refused(name: str):
    """The database refuses by the constraint of that name; SQLite names the columns of a unique one instead."""
    return pytest.raises(IntegrityError, match=name)


def test_a_username_exists_once_in_any_case(people):
    with refused("username"), transaction.atomic():
        User.objects.create(username="VIEWER", password="!")


@pytest.mark.parametrize("change", [{"is_staff": True}, {"is_superuser": True}, {"password": "md5$x"}])
def test_a_service_account_has_no_password_and_no_rights_in_the_admin(change, bot):
    with refused("service_account_never_signs_in"), transaction.atomic():
        User.objects.filter(pk=bot.pk).update(**change)


def test_a_membership_and_an_identity_exist_once(people):
    viewer, team = people["viewer"], Team.objects.get(slug="forecasting")
    assert str(Membership.objects.create(user=viewer, team=team)) == "viewer in forecasting"
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=viewer, team=team)
    identity = {"issuer": "https://id.example", "subject": "1", "created_at": NOW}
    assert str(ProviderIdentity.objects.create(user=viewer, **identity)) == "viewer at https://id.example"
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderIdentity.objects.create(user=people["lead"], **identity)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderIdentity.objects.create(user=viewer, **identity | {"subject": "2"})


def test_a_team_with_members_is_not_deleted(people):
    with pytest.raises(ProtectedError):
        Team.objects.get(slug="forecasting").delete()


@pytest.mark.parametrize(
    ("fields", "valid"),
    [
        ({}, True),
        ({"expires_at": NOW + timedelta(microseconds=1)}, True),
        ({"expires_at": NOW}, False),
        ({"revoked_at": NOW}, False),
        ({"expires_at": NOW + timedelta(days=1), "revoked_at": NOW}, False),
    ],
)
def test_a_token_is_valid_before_its_expiry_unless_revoked(fields, valid):
    assert ApiToken(**fields).is_valid(NOW) is valid


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "active"),
        ({"expires_at": NOW - timedelta(minutes=1)}, "expired"),
        ({"expires_at": NOW - timedelta(minutes=1), "revoked_at": NOW}, "revoked"),
    ],
)
def test_the_state_of_a_token(fields, state):
    assert ApiToken(**fields).state == state


def test_a_token_is_named_by_its_beginning_and_its_owner(people):
    token = actions.issue_token(people["viewer"], actor=SYSTEM).token
    assert str(token) == f"{token.prefix}… of viewer"
