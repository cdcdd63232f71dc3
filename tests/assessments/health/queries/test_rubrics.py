"""Versions of an organization's own levels."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.actions.assessments import begin_assessment
from assessments.health.actions.rubrics import make_rubric
from assessments.health.queries.rubrics import get_rubric, newest_rubric, rubrics_of
from assessments.health.rules.maturity import Level
from assessments.organizations.actions import add_organization
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db
LEVELS = [Level("1", "Stored", ("artifact_store",))]


def test_versions_come_newest_first_with_how_many_assessments_each_judges(organization, lea):
    assert newest_rubric(organization) is None
    first = make_rubric(organization, levels=LEVELS, reason="First.", actor=lea)
    for day in (1, 2):
        begin_assessment(organization, assessed_on=date(2026, 1, day), actor=lea)
    second = make_rubric(organization, levels=LEVELS, reason="Second.", actor=lea)
    assert newest_rubric(organization) == second
    assert [(rubric.number, rubric.judged) for rubric in rubrics_of(organization)] == [(2, 0), (1, 2)]
    assert (get_rubric(organization, 1), get_rubric(organization, None)) == (first, None)


def test_another_organizations_version_is_unknown(organization, lea):
    other = add_organization(slug="other", name="Other", actor=lea)
    make_rubric(other, levels=LEVELS, reason="Theirs.", actor=lea)
    assert newest_rubric(organization) is None
    with pytest.raises(Unknown, match="has no rubric 1"):
        get_rubric(organization, 1)
