"""Targets as they are stored and shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.health.actions.targets import set_target
from assessments.health.queries.targets import get_target, target_shown
from assessments.organizations.actions import add_organization
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db
NEXT = timezone.localdate() + timedelta(days=120)


def test_a_target_is_of_one_organization_and_held_to_its_assessments_alone(organization, published, lea):
    other = add_organization(slug="northwind", name="Northwind Retail", actor=lea)
    set_target(other, score=30, due_on=NEXT, actor=lea)
    assert target_shown(organization) is None
    with pytest.raises(Unknown, match="ExampleCo has no target"):
        get_target(organization)
    shown = get_target(other)
    assert (shown.marks, shown.last_mark, shown.words) == ([], None, "30%")
    assert shown.progress.sentence.startswith("No assessment is published yet")
