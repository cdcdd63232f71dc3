"""Organizations and capabilities are added and changed by leads, with every fault at once and an audit event."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.actions.assessments import begin_assessment
from assessments.models import Capability, Organization
from assessments.organizations.actions import add_capability, add_organization, change_organization, describe_capability
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
LATER = date(2026, 11, 20)
OWN = {"name": "batch_backfill", "group": "Training", "description": "Backfills that anybody can start."}


def test_an_organization_is_described_and_its_faults_come_at_once(lea):
    with pytest.raises(Invalid) as refused:
        add_organization(slug="No Slug", name="", retraining_cadence="sometimes", actor=lea)
    assert {fault.field for fault in refused.value.faults} == {"slug", "name", "retraining_cadence"}
    assert not Organization.objects.exists()


def test_only_what_moved_is_recorded_of_an_organization(organization, lea):
    changed = change_organization(organization, name="ExampleCo", compliance=True, actor=lea)
    unchanged = change_organization(organization, name="ExampleCo", actor=lea)
    assert changed == unchanged == organization
    assert changed.compliance is True
    events = AuditEvent.objects.filter(action="organization.changed")
    assert [event.content for event in events] == [{"compliance": {"from": None, "to": True}}]


def test_an_own_capability_is_assessed_until_it_is_retired(organization, lea):
    own = add_capability(name="cost_reports", group="Governance", description="d", organization=organization, actor=lea)
    assert begin_assessment(organization, assessed_on=LATER, actor=lea).items.filter(capability=own).exists()
    describe_capability(own, description="d", default_priority="low", retired=True, actor=lea)
    assert not begin_assessment(organization, assessed_on=LATER, actor=lea).items.filter(capability=own).exists()


def test_the_second_of_two_own_capabilities_stands_after_the_first(organization, lea):
    first = add_capability(**OWN, organization=organization, actor=lea)
    second = add_capability(**(OWN | {"name": "other"}), organization=organization, actor=lea)
    assert second.position == first.position + 1 > Capability.objects.filter(organization=None).count()


def test_a_name_is_taken_once_in_an_organization_and_free_in_another(organization, lea):
    add_capability(**OWN, organization=organization, actor=lea)
    with pytest.raises(Invalid):
        add_capability(**OWN, organization=organization, actor=lea)
    other = add_organization(slug="other", name="Other", actor=lea)
    assert add_capability(**OWN, organization=other, actor=lea).pk


def test_a_retired_capability_keeps_its_day_and_can_come_back(organization, lea):
    own = add_capability(**OWN, organization=organization, actor=lea)
    texts = {"description": "Backfills.", "default_priority": "low"}
    retired = describe_capability(own, **texts, retired=True, actor=lea)
    again = describe_capability(own, **texts, retired=True, actor=lea)
    assert again.retired_at == retired.retired_at is not None
    back = describe_capability(own, **texts, retired=False, actor=lea)
    assert (back.retired_at, back.description, back.default_priority) == (None, "Backfills.", "low")


def test_as_many_may_be_on_call_as_there_are_engineers_and_no_more(organization, lea):
    change_organization(organization, platform_engineers=2, on_call_engineers=2, actor=lea)
    with pytest.raises(Invalid, match="on call"):
        change_organization(organization, on_call_engineers=3, actor=lea)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR])
def test_others_than_leads_change_nothing(organization, role):
    other = Actor("vera", frozenset({role}), frozenset())
    with pytest.raises(NotAllowed):
        add_organization(slug="other", name="Other", actor=other)
    with pytest.raises(NotAllowed):
        change_organization(organization, name="Other", actor=other)
    with pytest.raises(NotAllowed):
        add_capability(**OWN, actor=other)
    with pytest.raises(NotAllowed):
        describe_capability(
            Capability.objects.first(), description="x", default_priority="low", retired=True, actor=other
        )
    assert Organization.objects.get().name == "ExampleCo"
    assert not AuditEvent.objects.filter(actor="vera").exists()
