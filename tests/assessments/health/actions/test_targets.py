"""Set, change and remove what an organization wants to reach."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.health.actions.rubrics import make_rubric
from assessments.health.actions.targets import remove_target, set_target
from assessments.models import HealthTarget
from assessments.organizations.actions import archive_organization
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Unknown
from tests.assessments.health.actions.test_rubrics import OWN

pytestmark = pytest.mark.django_db
NEXT = timezone.localdate() + timedelta(days=120)


def events(action: str) -> list:
    return [event.content for event in AuditEvent.objects.filter(action=action).order_by("sequence")]


def test_a_target_is_set_and_changed_on_record(organization, lea):
    set_target(organization, score=60, due_on=NEXT, actor=lea)
    set_target(organization, score=70, level="1", due_on=NEXT, actor=lea)
    set_target(organization, score=70, level="1", due_on=NEXT, actor=lea)  # nothing changes, nothing is recorded
    first, second = (
        {name: change["to"] for name, change in event["changes"].items()} for event in events("organization.target_set")
    )
    assert first == {"score": 60, "level": "", "due_on": str(NEXT)}
    assert second == {"score": 70, "level": "1"}
    assert events("organization.target_set")[1] == {
        "score": 70, "level": "1", "due_on": str(NEXT),
        "changes": {"score": {"from": 60, "to": 70}, "level": {"from": "", "to": "1"}},
    }  # fmt: skip
    target = HealthTarget.objects.get()
    assert (target.score, target.level, target.set_by, str(target)) == (70, "1", "lea", f"exampleco by {NEXT}")


def test_a_target_is_removed_on_record(organization, lea):
    with pytest.raises(Unknown, match="ExampleCo has no target to remove"):
        remove_target(organization, actor=lea)
    set_target(organization, level="1", due_on=NEXT, actor=lea)
    remove_target(organization, actor=lea)
    assert not HealthTarget.objects.exists()
    assert events("organization.target_removed") == [
        {"changes": {"level": {"from": "1", "to": None}, "due_on": {"from": str(NEXT), "to": None}}}
    ]


def test_every_fault_is_named_at_once(organization, lea):
    with pytest.raises(Invalid) as refused:
        set_target(organization, score=140, level="9", due_on=timezone.localdate(), actor=lea)
    assert {fault.field for fault in refused.value.faults} == {"score", "level", "due_on"}
    assert "'9' is not a level. Choose from 0+, 1, 2." in refused.value.message
    with pytest.raises(Invalid, match="Set a score, a level or both"):
        set_target(organization, due_on=NEXT, actor=lea)
    with pytest.raises(Invalid, match="is not a day to aim at"):
        set_target(organization, score=60, due_on=NEXT + timedelta(days=3000), actor=lea)
    assert not HealthTarget.objects.exists()


def test_the_levels_are_those_that_judge_the_next_assessment(organization, lea):
    make_rubric(organization, levels=OWN, reason="Agreed in March.", actor=lea)
    with pytest.raises(Invalid, match=r"'0\+' is not a level. Choose from 1, 2."):
        set_target(organization, level="0+", due_on=NEXT, actor=lea)


def test_only_leads_set_and_remove_a_target(organization):
    con = Actor("con", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting"}))
    with pytest.raises(NotAllowed):
        set_target(organization, score=60, due_on=NEXT, actor=con)
    with pytest.raises(NotAllowed):
        remove_target(organization, actor=con)


def test_an_archived_organization_gets_no_target(organization, lea):
    archive_organization(organization, archived=True, actor=lea)
    with pytest.raises(Invalid, match="ExampleCo is archived: set no target for it"):
        set_target(organization, score=60, due_on=NEXT, actor=lea)


@pytest.mark.postgresql
def test_the_database_refuses_a_target_of_nothing(organization):
    with pytest.raises(IntegrityError), transaction.atomic():
        HealthTarget.objects.create(organization=organization, due_on=NEXT, set_by="x", set_at=timezone.now())
