"""What tests begin with is the same whether it was built in this test or in one before it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from platform_site.access import SYSTEM
from platform_site.audit.queries import verify
from platform_site.people.actions import create_team, create_user
from platform_site.people.models import Membership, Team, User
from tests.built_once import built_once

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def somebody() -> User:
    create_team(slug="first", name="First", actor=SYSTEM)
    Team.objects.filter(slug="first").update(name="Renamed")
    return create_user(username="ada", password="a plumb line hangs true", roles=[], teams=["first"], actor=SYSTEM)


def everything() -> tuple:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, hash FROM audit_audithead")
        return cursor.fetchone(), [*Team.objects.values()], [*User.objects.values()], [*Membership.objects.values()]


def begin_again(build):
    with transaction.atomic():
        result = built_once("test_built_once", build)
        rows = everything()
        transaction.set_rollback(True)
    return result, rows


def test_a_second_test_has_the_same_rows_without_the_actions():
    calls = []

    def build():
        calls.append(1)
        return somebody()

    begin_again(build)
    (first, rows), (second, same_rows) = begin_again(build), begin_again(build)
    assert len(calls) == 2
    assert (first, first.date_joined) == (second, second.date_joined)
    assert first is not second
    assert rows == same_rows


def test_the_chain_of_audit_events_goes_on_after_it():
    for _ in range(3):
        with transaction.atomic():
            assert built_once("chain", somebody).check_password("a plumb line hangs true")
            create_team(slug="second", name="Second", actor=SYSTEM)
            assert verify().valid
            transaction.set_rollback(True)


def test_in_another_state_it_is_built_anew():
    begin_again(somebody)
    begin_again(somebody)
    create_team(slug="before", name="Before", actor=SYSTEM)
    user, (_, teams, *_) = begin_again(somebody)
    assert [team["slug"] for team in teams] == ["before", "first"]
    assert user.username == "ada"
