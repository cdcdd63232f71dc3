"""A standard capability that one organization has no use for."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.queries.assessments import summary_of
from assessments.models import Capability, Retirement
from assessments.organizations.actions import (
    add_organization,
    archive_organization,
    restore_standard,
    retire_standard,
)
from assessments.organizations.queries import get_assessment
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Unknown

pytestmark = pytest.mark.django_db
REASON = "Every zebrafish model is trained on one machine."
RETIRED = {"capability": "compute_scaling", "reason": REASON}
API, PAGE = "/api/v1/organizations/exampleco/retirements/", "/organizations/exampleco/capabilities/"


def item_of(assessment, name="compute_scaling"):
    item = assessment.items.get(capability__name=name)
    return item.status, item.notes


def test_later_assessments_state_it_as_not_applicable_with_its_reason(organization, published, lea):
    before = item_of(published)
    retire_standard(organization, **RETIRED, actor=lea)
    draft = begin_assessment(organization, assessed_on=timezone.localdate(), actor=lea)
    assert item_of(draft) == ("not_applicable", REASON)
    assert summary_of(get_assessment(draft.pk)).applicable == 16
    later = publish_assessment(draft, actor=lea)
    assert item_of(published) == before
    correction = begin_assessment(organization, assessed_on=published.assessed_on, corrects=published, actor=lea)
    assert item_of(correction) == before
    assert item_of(later)[0] == "not_applicable"
    [event] = AuditEvent.objects.filter(action="organization.capability_retired")
    assert event.content == RETIRED


def test_a_lead_may_state_otherwise_in_the_draft(organization, lea):
    retire_standard(organization, **RETIRED, actor=lea)
    items = [{"capability": "compute_scaling", "status": "partial", "notes": "Two machines."}]
    assert item_of(begin_assessment(organization, assessed_on=date(2026, 11, 2), items=items, actor=lea)) == (
        "partial", "Two machines.",
    )  # fmt: skip


def test_a_retirement_is_taken_back_on_record(organization, lea):
    retire_standard(organization, **RETIRED, actor=lea)
    restore_standard(organization, capability="compute_scaling", actor=lea)
    assert item_of(begin_assessment(organization, assessed_on=date(2026, 11, 2), actor=lea)) == ("missing", "")
    assert AuditEvent.objects.get(action="organization.capability_restored").content == RETIRED
    with pytest.raises(Unknown, match="compute_scaling is not retired for ExampleCo"):
        restore_standard(organization, capability="compute_scaling", actor=lea)


def test_another_organization_keeps_it(organization, lea):
    other = add_organization(slug="northwind", name="Northwind Retail", actor=lea)
    retire_standard(organization, **RETIRED, actor=lea)
    assert item_of(begin_assessment(other, assessed_on=date(2026, 11, 2), actor=lea)) == ("missing", "")


def test_every_fault_is_named_and_only_leads_retire(organization, lea):
    with pytest.raises(Invalid) as refused:
        retire_standard(organization, capability="luck", reason=" ", actor=lea)
    assert [fault.field for fault in refused.value.faults] == ["capability", "reason"]
    retire_standard(organization, **RETIRED, actor=lea)
    with pytest.raises(Invalid, match="compute_scaling is retired for ExampleCo already"):
        retire_standard(organization, **RETIRED, actor=lea)
    assert retire_standard(organization, **RETIRED | {"capability": "audit_log"}, actor=lea).pk  # another one
    con = Actor("con", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting"}))
    for act in (retire_standard, restore_standard):
        fields = RETIRED if act is retire_standard else {"capability": "compute_scaling"}
        with pytest.raises(NotAllowed):
            act(organization, **fields, actor=con)
    archive_organization(organization, archived=True, actor=lea)
    with pytest.raises(Invalid, match="ExampleCo is archived"):
        retire_standard(organization, **RETIRED | {"capability": "lineage"}, actor=lea)


def test_it_is_retired_and_restored_over_the_api(api, organization):
    lead = api("lead")
    made = lead.post(API, RETIRED, format="json")
    assert (made.status_code, made.json()["reason"], made.json()["retired_by"]) == (201, REASON, "lead")
    assert [row["capability"] for row in api("viewer").get(API).json()["results"]] == ["compute_scaling"]
    assert lead.post(API, RETIRED, format="json").status_code == 422
    assert lead.post(API, {}, format="json").status_code == 400
    assert lead.delete(f"{API}compute_scaling/").status_code == 204
    assert lead.delete(f"{API}compute_scaling/").status_code == 404


def test_it_is_retired_and_restored_on_its_page(browser_of, organization):
    lead, address = browser_of("lead"), "/organizations/exampleco/retirements/"
    assert REASON in lead.post(address, RETIRED, follow=True).content.decode()
    wrong = lead.post(address, RETIRED)
    assert (wrong.status_code, "Select a valid choice" in wrong.content.decode()) == (422, True)
    viewed = browser_of("viewer").get(PAGE).content.decode()
    assert REASON in viewed
    assert "Restore<span" not in viewed
    assert (
        "The whole standard catalogue applies."
        in lead.post(f"{address}compute_scaling/restore/", follow=True).content.decode()
    )


@pytest.mark.postgresql
@pytest.mark.parametrize("reason", ["", "Because."])
def test_the_database_keeps_one_with_its_reason(organization, lea, reason):
    retire_standard(organization, **RETIRED, actor=lea)
    capability = Capability.objects.get(name="compute_scaling" if reason else "lineage")
    by = {"retired_by": "x", "retired_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Retirement.objects.create(organization=organization, capability=capability, reason=reason, **by)
