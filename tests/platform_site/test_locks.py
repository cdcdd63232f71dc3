"""The row locks of the audit log and of tokens, with two sessions; those of webhooks are tested with the webhooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit import queries as audit
from platform_site.audit.record import change_key, record
from platform_site.people.actions import change_team, create_team, make_token
from platform_site.people.actions.tokens import note_expired
from platform_site.people.models import User
from tests.locks.sessions import events, is_done, lock_sites, meanwhile, require_postgresql, take_out


def two_events() -> bool:
    def happen() -> object:
        with transaction.atomic():
            return record("alert.opened", subject="alert:3", actor=SYSTEM)

    return is_done(meanwhile(happen, happen)) and audit.verify().valid


def rotated_by_two() -> bool:
    with transaction.atomic():
        record("alert.opened", subject="alert:3", actor=SYSTEM)

    def rotate() -> object:
        return change_key(actor=SYSTEM)

    with override_settings(AUDIT_KEYS=["a newer key of the audit log, 48 characters long", *settings.AUDIT_KEYS]):
        return is_done(meanwhile(rotate, rotate)) and events("audit_key.rotated") == 1


def expired_twice() -> bool:
    make_token(User.objects.create_user("percy"), scopes=["read"], expires_in_days=1, actor=SYSTEM)

    def note() -> object:
        return note_expired(now=timezone.now() + timedelta(days=2))

    meanwhile(note, note)
    return events("token.expired") == 1


def the_same_change_of_a_team() -> bool:
    team = create_team(slug="returns", name="Returns", actor=SYSTEM)

    def change() -> object:
        return change_team(team, on_platform=True, actor=SYSTEM)

    meanwhile(change, change)
    return events("team.changed") == 1


SCENARIOS: dict[str, Callable[[], bool]] = {
    "platform_site/audit/record.py record_all": two_events,
    "platform_site/audit/record.py change_key": rotated_by_two,
    "platform_site/people/actions/tokens.py note_expired": expired_twice,
    "platform_site/people/actions/teams.py change_team": the_same_change_of_a_team,
}


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", SCENARIOS)
def test_with_its_lock_the_second_session_sees_the_first(site):
    require_postgresql()
    assert SCENARIOS[site]()


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("site", SCENARIOS)
def test_without_its_lock_it_does_not(site, monkeypatch):
    require_postgresql()
    take_out(monkeypatch, site)
    assert not SCENARIOS[site]()


def test_every_other_lock_of_the_site_is_here():
    sites = {site for site, _ in lock_sites() if site.startswith("platform_site/")}
    assert {site for site in sites if "/webhooks/" not in site} == set(SCENARIOS)
