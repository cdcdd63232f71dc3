"""Leave a capability out for a time, end that early, and say when it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.health.actions.exemptions import end_exemption, grant_exemption, remind
from assessments.health.queries.exemptions import exempt_of, get_exemption
from assessments.models import Capability, Exemption
from assessments.organizations.actions import add_capability, add_organization, archive_organization
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused, Unknown

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON, LATER = TODAY + timedelta(days=7), TODAY + timedelta(days=90)
LEAVE = {"capability": "compute_scaling", "reason": " The GPU contract ends in spring. ", "ends_on": LATER}


def events(action: str) -> list:
    return [event.content for event in AuditEvent.objects.filter(action=action).order_by("sequence")]


def past(exemption: Exemption, days: int = 1) -> Exemption:
    """The same with its last day so many days ago."""
    Exemption.objects.filter(pk=exemption.pk).update(ends_on=TODAY - timedelta(days=days))
    return get_exemption(exemption.pk)


def test_an_exemption_is_granted_on_record(organization, lea):
    exemption = grant_exemption(organization, **LEAVE, actor=lea)
    about = {"organization": "exampleco", "capability": "compute_scaling", "ends_on": str(LATER)}
    assert events("exemption.granted") == [about | {"reason": "The GPU contract ends in spring."}]
    assert (exemption.in_force, exemption.state, str(exemption)) == (True, "in_force", f"compute_scaling until {LATER}")
    assert list(exempt_of(organization)) == ["compute_scaling"]


def test_an_exemption_is_ended_early_once(organization, lea):
    exemption = grant_exemption(organization, **LEAVE, actor=lea)
    ended = end_exemption(exemption, reason="The machines came.", actor=lea)
    assert (ended.state, ended.ended_by, exempt_of(organization)) == ("ended", "lea", {})
    [content] = events("exemption.ended")
    assert (content["early"], content["reason"]) == (True, "The machines came.")
    with pytest.raises(Refused, match=f"ended on {TODAY} already"):
        end_exemption(exemption, actor=lea)
    assert grant_exemption(organization, **LEAVE, actor=lea).in_force


def test_the_last_day_counts_and_the_day_after_it_is_over(organization, lea):
    exemption = grant_exemption(organization, **LEAVE | {"ends_on": TODAY}, actor=lea)
    assert list(exempt_of(organization)) == ["compute_scaling"]
    over = past(exemption)
    assert (over.in_force, exempt_of(organization)) == (False, {})
    with pytest.raises(Refused, match=f"ended on {over.ends_on} already"):
        end_exemption(over, actor=lea)
    assert grant_exemption(organization, **LEAVE, actor=lea).in_force  # before any worker recorded the end of the first
    assert [content["early"] for content in events("exemption.ended")] == [False]


def test_the_end_is_announced_once_and_recorded_once(organization, lea):
    exemption = grant_exemption(organization, **LEAVE | {"ends_on": SOON}, actor=lea)
    grant_exemption(organization, **LEAVE | {"capability": "lineage"}, actor=lea)
    assert (remind(), remind()) == (1, 0)
    assert [content["capability"] for content in events("exemption.ending_soon")] == ["compute_scaling"]
    past(exemption)
    assert (remind(), remind()) == (1, 0)
    assert get_exemption(exemption.pk).ended_by == "system"
    assert [(content["capability"], content["early"]) for content in events("exemption.ended")] == [
        ("compute_scaling", False)
    ]


def test_every_fault_is_named_at_once(organization, lea):
    with pytest.raises(Invalid) as refused:
        grant_exemption(organization, capability="luck", reason=" ", ends_on=TODAY + timedelta(days=366), actor=lea)
    assert {fault.field for fault in refused.value.faults} == {"capability", "reason", "ends_on"}
    assert "'luck' is not a capability of ExampleCo." in refused.value.message
    for ends_on in (TODAY - timedelta(days=1), TODAY + timedelta(days=366)):
        with pytest.raises(Invalid, match="is not a last day for an exemption"):
            grant_exemption(organization, **LEAVE | {"ends_on": ends_on}, actor=lea)
    with pytest.raises(Invalid, match="1000 characters"):
        grant_exemption(organization, **LEAVE | {"reason": "x" * 1001}, actor=lea)
    assert not Exemption.objects.exists()
    assert grant_exemption(organization, **LEAVE | {"ends_on": TODAY + timedelta(days=365)}, actor=lea)


def test_a_capability_is_left_out_once_at_a_time(organization, lea):
    grant_exemption(organization, **LEAVE, actor=lea)
    with pytest.raises(Invalid, match=f"compute_scaling is left out already, until {LATER}. End that first."):
        grant_exemption(organization, **LEAVE, actor=lea)


def test_only_leads_grant_and_end_exemptions(organization, lea):
    exemption = grant_exemption(organization, **LEAVE, actor=lea)
    con = Actor("con", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting"}))
    with pytest.raises(NotAllowed):
        grant_exemption(organization, **LEAVE | {"capability": "lineage"}, actor=con)
    with pytest.raises(NotAllowed):
        end_exemption(exemption, actor=con)


def test_an_exemption_is_of_one_organization(organization, lea):
    other = add_organization(slug="northwind", name="Northwind Retail", actor=lea)
    own = {"name": "gpu_quota", "group": "Training", "description": "Quotas", "organization": other}
    add_capability(**own, actor=lea)
    grant_exemption(other, **LEAVE, actor=lea)
    assert exempt_of(organization) == {}
    with pytest.raises(Invalid, match="'gpu_quota' is not a capability of ExampleCo"):
        grant_exemption(organization, **LEAVE | {"capability": "gpu_quota"}, actor=lea)
    archive_organization(other, archived=True, actor=lea)
    with pytest.raises(Invalid, match="Northwind Retail is archived"):
        grant_exemption(other, **LEAVE | {"capability": "gpu_quota"}, actor=lea)


def test_an_unknown_exemption_is_unknown(db):
    with pytest.raises(Unknown, match="There is no exemption 7"):
        get_exemption(7)


@pytest.mark.postgresql
@pytest.mark.parametrize("fields", [{"reason": ""}, {}])
def test_the_database_keeps_one_in_force_with_its_reason(organization, lea, fields):
    grant_exemption(organization, **LEAVE, actor=lea)
    capability = Capability.objects.get(name="lineage" if fields else "compute_scaling")
    granted = {"ends_on": LATER, "granted_by": "x", "granted_at": timezone.now(), "reason": "Because."}
    with pytest.raises(IntegrityError), transaction.atomic():
        Exemption.objects.create(organization=organization, capability=capability, **granted | fields)
