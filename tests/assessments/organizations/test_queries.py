"""Look-ups that every room needs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.models import Assessment
from assessments.organizations.actions import add_capability, add_organization, describe_capability
from assessments.organizations.queries import (
    capabilities_of,
    current_assessment,
    get_assessment,
    get_organization,
    list_assessments,
    list_capabilities,
    list_organizations,
    uncorrected_assessments,
)
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db
OWN = {"group": "Training", "description": "Backfills."}


def test_the_catalogue_has_neither_own_nor_retired_capabilities(organization, lea):
    add_capability(name="backfill", **OWN, organization=organization, actor=lea)
    retired = add_capability(name="fax", **OWN, actor=lea)
    assert "fax" in list_capabilities().values_list("name", flat=True)
    describe_capability(retired, description="Fax.", default_priority="low", retired=True, actor=lea)
    assert set(list_capabilities().values_list("organization", "retired_at")) == {(None, None)}
    assert "fax" not in list_capabilities().values_list("name", flat=True)


def test_an_organization_has_the_catalogue_and_its_own_and_nobody_elses(organization, lea):
    other = add_organization(slug="abc", name="Abc", actor=lea)
    add_capability(name="backfill", **OWN, organization=organization, actor=lea)
    add_capability(name="elsewhere", **OWN, organization=other, actor=lea)
    names = list(capabilities_of(organization).values_list("name", flat=True))
    assert len(names) == list_capabilities().count() + 1
    assert names[-1] == "backfill"


def test_organizations_come_by_name(organization, lea):
    add_organization(slug="zzz", name="Abc", actor=lea)
    assert [known.slug for known in list_organizations()] == ["zzz", "exampleco"]


@pytest.mark.parametrize("look_up", [lambda: get_organization("nobody"), lambda: get_assessment(999)])
def test_what_is_not_there_is_unknown(look_up):
    with pytest.raises(Unknown, match="There is no"):
        look_up()


def test_the_current_assessment_is_of_one_organization(published, lea):
    other = add_organization(slug="other", name="Other", actor=lea)
    assert (current_assessment(other), current_assessment(None)) == (None, None)
    own = publish_assessment(begin_assessment(other, assessed_on=date(2026, 11, 20), actor=lea), actor=lea)
    assert [current_assessment(each) for each in (other, published.organization)] == [own, published]


def test_a_correction_decides_from_its_publication_on(published, organization, lea):
    before = timezone.now()
    corrected = begin_assessment(organization, assessed_on=published.assessed_on, corrects=published, actor=lea)
    assert current_assessment(organization) == published
    publish_assessment(corrected, actor=lea)
    assert current_assessment(organization) == corrected
    assert current_assessment(organization, at=before) == published
    assert list(uncorrected_assessments(organization)) == [corrected]


def test_what_is_dated_later_than_a_moment_does_not_decide_then(published, organization):
    assert current_assessment(organization, at=datetime(2026, 11, 1, tzinfo=UTC)) is None
    Assessment.objects.filter(pk=published.pk, state="draft").update(assessed_on=date(2031, 1, 1))
    future = Assessment.objects.create(
        organization=organization, assessed_on=date(2031, 1, 1), state="published", published_at=timezone.now(),
        created_by="lea", created_at=timezone.now(),
    )  # fmt: skip
    assert current_assessment(organization) == published
    assert current_assessment(organization, at=datetime(2031, 1, 2, tzinfo=UTC)) == future


def test_a_list_of_assessments_takes_two_queries(published, django_assert_num_queries):
    with django_assert_num_queries(2):
        for assessment in list_assessments():
            assert [item.capability.name for item in assessment.items.all()]
            assert assessment.organization.slug
            assert assessment.levels
