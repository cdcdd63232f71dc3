"""Postmortems, their links, and what would have prevented the incidents."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from assessments.models import OtherPrevention
from assessments.postmortems.actions import publish_postmortem, write_postmortem
from assessments.postmortems.queries import corrections_of, get_postmortem, link_problem, linked_to, preventable
from assessments.postmortems.rules import Link, Prevention
from platform_site.errors import Unknown
from tests.assessments.conftest import INCIDENT, LESSONS

pytestmark = pytest.mark.django_db


def test_an_unknown_postmortem():
    with pytest.raises(Unknown, match="There is no postmortem 9"):
        get_postmortem(9)


@pytest.mark.parametrize(
    "link",
    [Link("feature", "fax"), Link("model", "fax"), Link("model", "fax", "v1"), Link("check", "9"), Link("run", "9")],
)
def test_a_link_to_nothing_says_so(link):
    assert link_problem(link)


def test_links_that_lead_somewhere_have_no_problem(orders_feature):
    for link in (
        Link("feature", "orders_3d"),
        Link("feature", "orders_3d", orders_feature.name),
        Link("model", "demand"),
    ):
        assert link_problem(link) is None


def test_a_postmortem_with_two_links_to_the_same_feature_is_listed_once(organization, orders_feature, lea):
    links = [Link("feature", "orders_3d"), Link("feature", "orders_3d", orders_feature.name)]
    written = write_postmortem(organization, lessons=LESSONS, links=links, **INCIDENT, actor=lea)
    assert list(linked_to("feature", "orders_3d")) == [written]
    assert list(linked_to("model", "orders_3d")) == []


def test_drafts_and_corrected_ones_prevent_nothing(incident, organization, lea):
    assert preventable(organization)["feature_parity"] == 0
    publish_postmortem(incident, actor=lea)
    assert preventable(organization)["feature_parity"] == 1
    fields = INCIDENT | {"capability": "lineage"}
    correction = write_postmortem(
        organization, lessons=LESSONS, **fields, corrects=get_postmortem(incident.pk), actor=lea
    )
    assert list(corrections_of(incident)) == []
    publish_postmortem(correction, actor=lea)
    assert list(corrections_of(incident)) == [correction]
    assert preventable(organization) == {"lineage": 1}


def test_a_prevention_of_a_published_postmortem_is_kept_by_the_database(organization, lea):
    others = [Prevention("lineage", "The table is named.", "registration")]
    first = Prevention("feature_parity", "The gate compares.", "deployment")
    fields = {name: value for name, value in INCIDENT.items() if name not in ("capability", "prevention")}
    draft = write_postmortem(organization, lessons=LESSONS, preventions=[first, *others], **fields, actor=lea)
    publish_postmortem(draft, actor=lea)
    assert preventable(organization) == {"feature_parity": 1, "lineage": 1}
    assert get_postmortem(draft.pk).preventions == [first, *others]
    for write in (lambda: OtherPrevention.objects.update(mechanism="x"), OtherPrevention.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
