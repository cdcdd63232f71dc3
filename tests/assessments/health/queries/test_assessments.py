"""What assessments add up to, read in a fixed number of queries."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.queries.assessments import (
    get_item,
    history_of,
    statuses_of,
    summary_of,
)
from assessments.organizations.actions import add_organization
from assessments.organizations.queries import current_assessments, get_assessment, uncorrected_assessments
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(published, organization, lea):
    items = [{"capability": "lineage", "status": "implemented"}]
    return publish_assessment(
        begin_assessment(organization, assessed_on=date(2026, 11, 20), items=items, actor=lea), actor=lea
    )


def test_each_organization_has_its_newest_published_one(published, later, lea):
    other = add_organization(slug="abc", name="Abc", actor=lea)
    begin_assessment(other, assessed_on=date(2026, 11, 25), actor=lea)
    assert list(current_assessments().order_by("organization__name")) == [later]
    own = publish_assessment(begin_assessment(other, assessed_on=date(2020, 1, 1), actor=lea), actor=lea)
    assert list(current_assessments().order_by("organization__name")) == [own, later]


def test_a_corrected_one_leaves_the_history_once_its_correction_is_published(published, organization, lea):
    correction = begin_assessment(organization, assessed_on=date(2026, 11, 2), corrects=published, actor=lea)
    assert list(uncorrected_assessments(organization)) == [published]
    publish_assessment(correction, actor=lea)
    assert list(uncorrected_assessments(organization)) == [correction]


def test_the_first_point_of_a_history_has_no_changes(published, later, organization):
    first, second = history_of(organization)
    assert (first.moves, [(move.capability, move.after) for move in second.moves]) == ([], [("lineage", "implemented")])
    assert second.summary.health_score > first.summary.health_score


def test_an_item_belongs_to_its_assessment_alone(published, later):
    item = published.items.first()
    assert get_item(published.pk, item.pk) == item
    with pytest.raises(Unknown, match="has no item"):
        get_item(later.pk, item.pk)


def test_a_summary_costs_no_query_once_its_items_are_loaded(published, django_assert_num_queries):
    assessment = get_assessment(published.pk)
    with django_assert_num_queries(0):
        assert summary_of(assessment).models == 8
        assert statuses_of(assessment)["artifact_store"] == "implemented"
