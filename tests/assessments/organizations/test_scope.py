"""Whose figures: the organization that a page shows, and the one that a new record belongs to."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.models import Organization, UseCase
from assessments.organizations.scope import chosen, everything_of_organizations, organization_of_new, unassigned
from platform_site.errors import Invalid, Unknown
from platform_site.people.models import Membership, Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db):
    return Organization.objects.create(slug="shop", name="A shop")


@pytest.fixture
def bank(shop):
    """Beside the shop; the team `tellers` is the bank's."""
    bank = Organization.objects.create(slug="bank", name="Bank")
    Team.objects.create(slug="tellers", name="Tellers", organization=bank)
    return bank


def archive(organization: Organization) -> Organization:
    organization.archived_at = timezone.now()
    organization.save()
    return organization


def faults(*arguments) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        organization_of_new(*arguments)
    return [(fault.field, fault.code) for fault in refused.value.faults]


def test_without_an_organization_nothing_is_chosen():
    assert chosen("") is None
    assert organization_of_new(None, ["ads"]) == {"ads": None}


def test_the_named_organization_else_the_first_that_is_not_archived(shop, bank):
    assert (chosen("bank"), chosen("")) == (bank, shop)
    archive(shop)
    assert chosen("") == bank
    with pytest.raises(Unknown):
        chosen("nobody")


def test_a_person_begins_with_the_organization_of_their_team(shop, bank, people):
    viewer = people["viewer"]
    assert chosen("", viewer) == shop
    Membership.objects.create(user=viewer, team=Team.objects.get(slug="tellers"))
    assert chosen("", viewer) == bank
    assert chosen("shop", viewer) == shop


def test_the_only_organization_has_every_new_record(shop):
    assert organization_of_new(None, ["ads", "maps"]) == {"ads": shop, "maps": shop}
    assert organization_of_new(None) == {"": shop}


def test_of_two_the_team_or_the_caller_decides(shop, bank):
    assert organization_of_new(None, ["tellers"]) == {"tellers": bank}
    assert organization_of_new(shop, ["ads"]) == {"ads": shop}
    assert organization_of_new(bank, ["tellers", "ads"]) == {"tellers": bank, "ads": bank}


def test_where_nothing_decides_every_choice_is_named(shop, bank):
    with pytest.raises(Invalid, match="Name the organization that this belongs to: shop, bank"):
        organization_of_new(None, ["ads"])
    assert faults(None, ["ads", "maps", "tellers"]) == [("organization", "required")] * 2


def test_a_team_of_another_organization_is_refused_by_name(shop, bank):
    with pytest.raises(Invalid, match="Team tellers belongs to Bank, not to A shop"):
        organization_of_new(shop, ["tellers"])


def test_an_archived_organization_gets_nothing_new(shop, bank):
    archive(bank)
    assert faults(bank, ["ads"]) == [("organization", "archived")]
    assert faults(None, ["tellers"]) == [("organization", "archived")]
    assert organization_of_new(None, ["ads"]) == {"ads": shop}


def test_what_belongs_to_nobody_is_counted_by_kind_in_one_query(shop, django_assert_num_queries):
    before = unassigned()
    UseCase.objects.create(name="free", supported=True, recorded_by="x")
    UseCase.objects.create(name="own", organization=shop, supported=True, recorded_by="x")
    with django_assert_num_queries(1):
        assert unassigned() == before | {"use case": 1}


def test_teams_come_first_and_every_kind_once():
    kinds = everything_of_organizations()
    assert kinds[0] is Team
    assert len(set(kinds)) == len(kinds)
    assert UseCase in kinds


@pytest.mark.parametrize("team", ["tellers", "Tellers", " TELLERS "])
def test_a_team_is_known_by_its_slug_and_by_its_name(shop, bank, team):
    assert organization_of_new(None, [team]) == {team: bank}


def test_a_name_that_two_organizations_use_decides_nothing_and_fits_both(shop, bank):
    Team.objects.create(slug="shop-tellers", name="Tellers", organization=shop)
    assert faults(None, ["Tellers"]) == [("organization", "required")]
    assert organization_of_new(None, ["tellers"]) == {"tellers": bank}
    assert organization_of_new(shop, ["tellers", "Tellers"]) == {"tellers": shop, "Tellers": shop}
    assert organization_of_new(bank, ["Tellers"]) == {"Tellers": bank}
