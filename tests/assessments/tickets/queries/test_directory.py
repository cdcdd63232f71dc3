"""On or off the platform, by the record of a team."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assessments.models import Organization, Ticket
from assessments.tickets.actions.tickets import record_ticket
from assessments.tickets.queries.directory import directory
from platform_site.access import SYSTEM
from platform_site.people.actions.teams import change_team, create_team
from platform_site.people.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
OPENED = datetime(2026, 10, 5, 9, tzinfo=UTC)


def test_a_team_is_known_by_its_slug_and_its_name(django_assert_num_queries):
    create_team(slug="risk", name="Risk Models", on_platform=True, onboarded_on=date(2026, 10, 5), actor=SYSTEM)
    create_team(slug="devices", name="Devices", on_platform=False, actor=SYSTEM)
    create_team(slug="new", name="New", actor=SYSTEM)
    with django_assert_num_queries(1):
        teams = directory()
    assert [teams.on_platform(name, OPENED, None) for name in ("risk", "RISK models ", "devices", "new", "nobody", "")] == [
        True, True, False, None, None, None,
    ]  # fmt: skip
    assert teams.on_platform("risk", OPENED.replace(day=4), None) is False


def ticket(number, team, **fields):
    opened = OPENED.replace(day=number)
    return record_ticket(
        source="x", external_id=str(number), title="t", opened_at=opened, team=team, **fields, actor=SYSTEM
    )


def on_platform():
    return list(Ticket.objects.order_by("opened_at").values_list("on_platform", flat=True))


def test_a_ticket_without_a_word_about_it_is_unknown_and_one_that_takes_it_back_too():
    ticket(1, "risk", on_platform=True)
    assert on_platform() == [True]
    ticket(1, "risk")  # nothing said: what was said stands
    assert on_platform() == [True]
    ticket(1, "risk", on_platform=None)
    assert on_platform() == [None]


def test_two_organizations_may_each_have_a_team_of_one_name():
    ours, theirs = (Organization.objects.create(slug=slug, name=slug) for slug in ("ours", "theirs"))
    create_team(slug="fraud", name="Fraud", on_platform=True, organization=ours, actor=SYSTEM)
    create_team(slug="fraud-2", name="Fraud", on_platform=False, organization="theirs", actor=SYSTEM)
    teams = directory()
    assert [teams.on_platform("Fraud", OPENED, place) for place in (ours.pk, theirs.pk, None)] == [True, False, True]
    assert teams.on_platform("fraud-2", OPENED, ours.pk) is None
    ticket(1, "Fraud", organization=theirs)
    ticket(2, "Fraud", organization=ours)
    assert on_platform() == [False, True]
    change_team(Team.objects.get(slug="fraud-2"), on_platform=True, actor=SYSTEM)
    assert on_platform() == [True, True]
