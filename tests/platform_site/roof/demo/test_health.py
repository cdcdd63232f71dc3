"""The sample organization with a year of assessments, and two others beside it."""

from __future__ import annotations

from assessments.models import Assessment, Organization
from platform_site.roof.demo import health


def test_three_organizations_have_published_assessments(actors):
    health.load(actors["lead"])
    assert Organization.objects.count() == 1 + len(health.OTHERS)
    assert not Assessment.objects.exclude(state="published").exists()
    sample = Assessment.objects.filter(organization__slug=health.SLUG)
    assert sample.count() == 1 + len(health.BEFORE)
    assert sample.latest("assessed_on").assessed_on == health.ASSESSED_ON


def test_a_second_load_adds_nothing(actors):
    health.load(actors["lead"])
    before = Assessment.objects.count()
    health.load(actors["lead"])
    assert Assessment.objects.count() == before
