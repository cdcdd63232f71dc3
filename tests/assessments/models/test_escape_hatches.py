"""A name is in the catalogue of an organization once, and once in that of none."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from assessments.models import EscapeHatch, Organization
from platform_site.people.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def hatch(name: str, organization: str = "") -> EscapeHatch:
    team = Team.objects.get_or_create(slug="platform", defaults={"name": "Platform"})[0]
    place = (
        Organization.objects.get_or_create(slug=organization, defaults={"name": organization})[0]
        if organization
        else None
    )
    return EscapeHatch.objects.create(name=name, organization=place, offers="x", how_to_use="x", owner_team=team)


@pytest.mark.parametrize(
    ("organization", "constraint"), [("shop", "escape_hatch|organization_id"), ("", "escape_hatch_of_nobody_once|name")]
)
def test_the_same_name_twice_is_refused(organization, constraint):
    hatch("Own image", organization)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        hatch("Own image", organization)


def test_each_organization_has_names_of_its_own():
    for organization in ("shop", "bank", ""):
        hatch("Own image", organization)
    hatch("Another", "shop")
    assert [str(row) for row in EscapeHatch.objects.all()] == ["Another", "Own image", "Own image", "Own image"]
