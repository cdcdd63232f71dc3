"""An organization's own levels: made version by version, kept by the assessments that they judged."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from assessments.health.actions.assessments import begin_assessment
from assessments.health.actions.rubrics import make_rubric
from assessments.health.queries.assessments import summary_of
from assessments.health.rules.maturity import Level
from assessments.models import Rubric
from assessments.organizations.queries import get_assessment
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
OWN = [Level("1", "Stored", ("artifact_store",)), Level("2", "Traced", ("artifact_store", "lineage"))]


@pytest.fixture
def rubric(organization, lea):
    return make_rubric(organization, levels=OWN, reason="Agreed in March.", actor=lea)


def test_a_new_assessment_is_judged_by_the_newest_levels_and_older_ones_keep_theirs(published, organization, lea):
    make_rubric(organization, levels=OWN, reason="Agreed in March.", actor=lea)
    begun = begin_assessment(organization, assessed_on=date(2026, 11, 20), actor=lea)
    now, before = (summary_of(get_assessment(row.pk)) for row in (begun, published))
    assert (now.confirmed.label, now.provisional.label) == ("Stored", "Traced")
    assert before.confirmed.label == "Level 0 — Ad hoc"
    assert AuditEvent.objects.get(action="rubric.made").content["number"] == 1


def test_the_standard_levels_stay_available(rubric, organization, lea):
    begun = begin_assessment(organization, assessed_on=date(2026, 11, 20), rubric=None, actor=lea)
    assert get_assessment(begun.pk).levels[0].level == "0+"


def test_a_faulty_ladder_is_refused_with_every_fault_and_makes_nothing(organization, lea):
    levels = [Level("1", "", ()), Level("2", "Done", ("magic",))]
    with pytest.raises(Invalid) as refusal:
        make_rubric(organization, levels=levels, reason="", actor=lea)
    assert [fault.field for fault in refusal.value.faults] == [
        "levels.0.label",
        "levels.0.requires",
        "levels.1.requires",
    ]
    assert not Rubric.objects.exists()


def test_only_leads_set_levels(organization):
    with pytest.raises(NotAllowed):
        make_rubric(
            organization, levels=OWN, reason="Mine.", actor=Actor("con", frozenset({Role.CONTRIBUTOR}), frozenset())
        )


def test_the_database_keeps_a_version_as_it_was_made(rubric):
    for write in (lambda: Rubric.objects.update(content=[]), lambda: Rubric.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_levels_are_set_on_the_page(browser_of, organization):
    lead, path = browser_of("lead"), "/organizations/exampleco/levels/"
    fields = lead.get(path).context["form"].fields
    values = {name: 0 for name in fields if name.startswith("from_")} | {"from_artifact_store": 1, "from_lineage": 2}
    values |= {"names": "1 = Stored\n2 = Traced", "reason": "Agreed."}
    assert lead.post(path, values | {"from_lineage": 0}).status_code == 422
    assert lead.post(path, values).status_code == 302
    assert Rubric.objects.get().levels == tuple(OWN)
    assert browser_of("viewer").post(path, values).status_code == 403
    assert "Set new levels" not in browser_of("viewer").get(path).content.decode()
