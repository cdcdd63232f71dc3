"""What the database keeps of an initiative, whoever writes it, and how an owner reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import Initiative, Organization
from platform_site.people.models import Team, User

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = timezone.now()


def initiative(**fields) -> Initiative:
    by = {"created_by": "lea", "created_at": NOW, "changed_by": "lea", "changed_at": NOW}
    organization = Organization.objects.get_or_create(slug="shop", defaults={"name": "Shop"})[0]
    return Initiative.objects.create(organization=organization, title="Rollback", target="implemented", **by | fields)


@pytest.fixture
def ada(db):
    return User.objects.create(username="ada")


@pytest.fixture
def team(db):
    return Team.objects.create(slug="risk", name="Risk Models")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "done"}, "initiative_done_has_its_time"),
        ({"done_at": NOW}, "initiative_done_has_its_time"),
        ({"state": "dropped"}, "initiative_dropped_has_a_reason"),
        ({"reason": "Bought."}, "initiative_dropped_has_a_reason"),
    ],
)
def test_a_state_has_what_belongs_to_it_and_nothing_else(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        initiative(**fields)


def test_two_owners_are_one_too_many(ada, team):
    with pytest.raises(IntegrityError, match="initiative_has_one_owner"), transaction.atomic():
        initiative(owner_person=ada, owner_team=team)


def test_an_owner_is_written_for_the_api_and_read_by_people(ada, team):
    ada.first_name, ada.last_name = "Ada", "Lovelace"
    owned = [initiative(owner_person=ada), initiative(owner_team=team), initiative()]
    assert [(row.owner, row.owner_name) for row in owned] == [
        ("person:ada", "Ada Lovelace"),
        ("team:risk", "Risk Models"),
        ("", ""),
    ]


@pytest.mark.parametrize(
    ("fields", "origin"),
    [
        ({}, None),
        ({"origin_kind": "recommendation", "origin_id": "lineage"}, {"kind": "recommendation", "id": "lineage"}),
    ],
)
def test_what_it_was_proposed_from(fields, origin):
    assert initiative(**fields).origin == origin


@pytest.mark.parametrize(("days", "late"), [(-1, True), (1, False)])
def test_one_that_is_open_past_its_day_is_overdue(days, late):
    row = initiative(due_on=timezone.now().date() + timedelta(days=days))
    assert row.overdue is late
    row.state = "done"
    assert not row.overdue
