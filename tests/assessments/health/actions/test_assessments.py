"""An assessment is begun, stated, published, and then kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assessments.health.actions.assessments import (
    begin_assessment,
    change_assessment,
    discard_assessment,
    publish_assessment,
    state_capability,
)
from assessments.health.queries.assessments import summary_of
from assessments.models import Assessment, AssessmentItem, Capability
from assessments.organizations.actions import add_capability, add_organization, change_organization
from assessments.organizations.queries import current_assessment, get_assessment
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused, Unknown
from tests import golden

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
LATER = date(2026, 11, 20)


def test_the_worked_case_adds_up(published):
    summary = summary_of(get_assessment(published.pk))
    assert (summary.health_score, summary.confirmed.level, summary.provisional.level) == (35.3, "0", "1")
    assert summary.critical_gaps == ["feature_parity", "automated_eval_gates", "data_drift_monitoring"]
    assert (summary.next_step.capability, summary.next_step.reaches) == (
        "model_registry",
        "Level 1 — Repeatable Pipelines",
    )


def test_every_step_is_on_record(published):
    events = AuditEvent.objects.filter(subject=f"assessment:exampleco/{published.pk}").order_by("sequence")
    assert [event.action for event in events] == ["assessment.begun", "assessment.published"]


def test_a_first_draft_states_everything_missing(organization, lea):
    begun = begin_assessment(organization, assessed_on=LATER, actor=lea)
    assert begun.items.count() == Capability.objects.count() == 17
    assert set(begun.items.values_list("status", flat=True)) == {"missing"}


def test_the_next_draft_begins_where_the_last_published_one_ended(published, organization, lea):
    change = [{"capability": "model_registry", "status": "implemented"}]
    following = begin_assessment(organization, assessed_on=LATER, items=change, actor=lea)
    summary = summary_of(get_assessment(following.pk))
    assert (summary.health_score, summary.confirmed.label) == (41.2, "Level 1 — Repeatable Pipelines")
    assert following.items.get(capability__name="artifact_store").notes == "S3 and a naming convention"


def test_all_faults_of_the_items_come_at_once(organization, lea):
    items = [
        {"capability": "teleportation", "status": "implemented"},
        {"capability": "lineage", "status": "soon", "priority": "whenever", "evidence_url": "not a url"},
        {"capability": "lineage"},
    ]
    with pytest.raises(Invalid) as refused:
        begin_assessment(organization, assessed_on=LATER, items=items, actor=lea)
    assert {(fault.field, fault.code) for fault in refused.value.faults} == {
        ("items.0.capability", "unknown"),
        ("items.1.status", "invalid"),
        ("items.1.priority", "invalid"),
        ("items.1.evidence_url", "invalid"),
        ("items.2.capability", "duplicate"),
    }
    assert not Assessment.objects.exists()


def test_a_draft_is_changed_and_a_published_one_is_not(draft, lea):
    change_assessment(draft, model_count=9, items=[{"capability": "lineage", "notes": "begun"}], actor=lea)
    draft.refresh_from_db()
    assert (draft.model_count, draft.items.get(capability__name="lineage").notes) == (9, "begun")
    publish_assessment(draft, actor=lea)
    for refused in (
        lambda: change_assessment(draft, model_count=1, actor=lea),
        lambda: publish_assessment(draft, actor=lea),
        lambda: discard_assessment(draft, actor=lea),
    ):
        with pytest.raises(Refused, match="cannot be changed"):
            refused()


@pytest.mark.parametrize(
    "tamper",
    [
        lambda row: Assessment.objects.filter(pk=row.pk).update(model_count=99),
        lambda row: Assessment.objects.filter(pk=row.pk).update(state="draft", published_at=None),
        lambda row: row.items.update(status="implemented"),
        lambda row: row.items.all()._raw_delete("default"),
        lambda row: AssessmentItem.objects.create(
            assessment=row, capability=Capability.objects.create(name="x", group="Serving", position=99)
        ),
    ],
    ids=["counts", "back to draft", "a status", "an item gone", "an item more"],
)
def test_the_database_itself_keeps_what_is_published(published, tamper):
    with pytest.raises(DatabaseError, match="published assessment"), transaction.atomic():
        tamper(published)


def test_no_item_of_a_draft_is_moved_into_what_is_published(published, organization, lea):
    own = add_capability(name="own", group="Serving", description="Ours", organization=organization, actor=lea)
    draft = begin_assessment(organization, assessed_on=LATER, actor=lea)
    with pytest.raises(DatabaseError, match="published assessment"), transaction.atomic():
        draft.items.filter(capability=own).update(assessment=published)


def test_a_correction_names_what_it_corrects_and_that_alone(published, draft, organization, lea):
    other = add_organization(slug="other", name="Other", actor=lea)
    corrected = begin_assessment(organization, assessed_on=LATER, corrects=published, actor=lea)
    assert corrected.corrects == published
    for wrong in (corrected, begin_assessment(other, assessed_on=LATER, actor=lea)):
        with pytest.raises(Invalid, match="published assessment of exampleco"):
            begin_assessment(organization, assessed_on=LATER, corrects=wrong, actor=lea)


def test_the_newest_published_one_counts(published, organization, lea):
    begin_assessment(organization, assessed_on=LATER, actor=lea)
    assert current_assessment(organization) == published


def test_a_capability_is_stated_with_its_event_and_not_over_somebody_elses_change(draft, lea):
    item = draft.items.get(capability__name="lineage")
    stated = state_capability(item, revision=item.revision, status="implemented", notes="OpenLineage", actor=lea)
    assert (stated.status, stated.notes, stated.revision) == ("implemented", "OpenLineage", item.revision + 1)
    event = AuditEvent.objects.filter(action="assessment.changed").last()
    assert event.content["items"] == [{"capability": "lineage", "status": "implemented", "notes": "OpenLineage"}]
    with pytest.raises(Refused) as refused:
        state_capability(item, revision=item.revision, status="missing", actor=lea)
    assert refused.value.code == "capability_restated"
    with pytest.raises(Invalid):
        state_capability(item, revision=stated.revision, status="half", actor=lea)
    assert draft.items.get(pk=item.pk).status == "implemented"


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.APPROVER, Role.VIEWER])
def test_only_leads_assess(draft, organization, role):
    actor = Actor("cora", frozenset({role}), frozenset())
    for refused in (
        lambda: begin_assessment(organization, assessed_on=LATER, actor=actor),
        lambda: change_assessment(draft, model_count=1, actor=actor),
        lambda: publish_assessment(draft, actor=actor),
        lambda: discard_assessment(draft, actor=actor),
        lambda: state_capability(draft.items.first(), revision=0, status="partial", actor=actor),
        lambda: add_organization(slug="x", name="X", actor=actor),
        lambda: change_organization(organization, name="X", actor=actor),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_what_is_not_applicable_without_a_reason_is_not_published(draft, lea):
    unexplained = [{"capability": name, "status": "not_applicable", "notes": " "} for name in ("lineage", "audit_log")]
    change_assessment(draft, items=unexplained, actor=lea)
    with pytest.raises(Invalid) as refused:
        publish_assessment(draft, actor=lea)
    assert {(fault.field, fault.code) for fault in refused.value.faults} == {
        ("items.lineage.notes", "missing"),
        ("items.audit_log.notes", "missing"),
    }
    reasons = [{"capability": name, "notes": "No model is trained here."} for name in ("lineage", "audit_log")]
    change_assessment(draft, items=reasons, actor=lea)
    summary = summary_of(get_assessment(publish_assessment(draft, actor=lea).pk))
    assert (summary.applicable, summary.by_status["not_applicable"]) == (15, 2)


def test_no_assessment_is_of_the_future(draft, organization, lea):
    tomorrow = timezone.localdate() + timedelta(1)
    for refused in (
        lambda: begin_assessment(organization, assessed_on=tomorrow, actor=lea),
        lambda: change_assessment(draft, assessed_on=tomorrow, actor=lea),
    ):
        with pytest.raises(Invalid, match="in the future") as error:
            refused()
        assert [fault.field for fault in error.value.faults] == ["assessed_on"]
    Assessment.objects.filter(pk=draft.pk).update(assessed_on=tomorrow)  # a draft of before this was refused
    with pytest.raises(Invalid, match="in the future"):
        publish_assessment(draft, actor=lea)


def test_a_discarded_draft_stays_on_record(draft, lea):
    discard_assessment(draft, actor=lea)
    assert not Assessment.objects.exists()
    event = AuditEvent.objects.get(action="assessment.discarded")
    assert (event.content["assessed_on"], event.content["model_count"]) == ("2026-11-02", 8)
    assert {"capability": "model_registry", "status": "partial"}.items() <= {
        name: value
        for item in event.content["items"]
        if item["capability"] == "model_registry"
        for name, value in item.items()
    }.items()
    with pytest.raises(Unknown):
        publish_assessment(draft, actor=lea)


def test_a_correction_takes_over_counts_and_statuses_of_what_it_corrects(published, organization, lea):
    later = begin_assessment(
        organization,
        assessed_on=LATER,
        model_count=9,
        items=[{"capability": "lineage", "status": "missing"}],
        actor=lea,
    )
    publish_assessment(later, actor=lea)
    assert (later.team_count, begin_assessment(organization, assessed_on=LATER, actor=lea).model_count) == (3, 9)
    correction = begin_assessment(organization, assessed_on=published.assessed_on, corrects=published, actor=lea)
    assert (correction.model_count, correction.team_count) == (8, 3)
    assert correction.items.get(capability__name="lineage").status == "partial"
    publish_assessment(correction, actor=lea)
    with pytest.raises(Invalid, match=f"corrected already, by {correction.pk}"):
        begin_assessment(organization, assessed_on=LATER, corrects=published, actor=lea)


def test_a_priority_follows_the_catalogue_when_a_gap_opens_unless_somebody_chose_it(published, organization, lea):
    """The worked case states a low priority of what is implemented; baseline monitoring is critical by the catalogue."""
    stated = {item["capability"]: item for item in golden.load("sample_assessment")["items"]}
    assert (stated["baseline_monitoring"]["status"], stated["baseline_monitoring"]["priority"]) == (
        "implemented",
        "low",
    )
    back = [{"capability": "baseline_monitoring", "status": "partial"}]
    following = begin_assessment(organization, assessed_on=LATER, items=back, actor=lea)
    assert following.items.get(capability__name="baseline_monitoring").priority == "critical"
    assert "baseline_monitoring" in summary_of(get_assessment(following.pk)).critical_gaps
    chosen = begin_assessment(organization, assessed_on=LATER, items=[back[0] | {"priority": "low"}], actor=lea)
    change_assessment(chosen, items=[{"capability": "baseline_monitoring", "status": "implemented"}], actor=lea)
    change_assessment(chosen, items=back, actor=lea)
    assert chosen.items.get(capability__name="baseline_monitoring").priority == "low"


def test_the_form_repeats_the_priority_without_choosing_it(published, organization, lea):
    item = begin_assessment(organization, assessed_on=LATER, actor=lea).items.get(
        capability__name="baseline_monitoring"
    )
    repeated = {"priority": item.priority, "notes": item.notes, "evidence_url": ""}
    back = state_capability(item, revision=0, status="missing", actor=lea, **repeated)
    assert (back.priority, back.priority_chosen) == ("critical", False)
    chosen = state_capability(back, revision=1, status="missing", actor=lea, **repeated | {"priority": "medium"})
    assert (chosen.priority, chosen.priority_chosen) == ("medium", True)


def test_a_file_may_name_a_capability_of_ones_own_with_its_group(organization, lea):
    own = {"capability": "gpu_quota", "group": "Training", "status": "partial", "priority": "high"}
    begun = begin_assessment(organization, assessed_on=LATER, items=[own], actor=lea)
    item = begun.items.select_related("capability").get(capability__name="gpu_quota")
    assert (item.status, item.capability.organization, item.capability.description) == (
        "partial", organization, "Gpu quota",
    )  # fmt: skip
    assert begin_assessment(organization, assessed_on=LATER, items=[own], actor=lea).items.count() == 18
    with pytest.raises(Invalid):
        begin_assessment(organization, assessed_on=LATER, items=[own | {"capability": "x", "group": "Fun"}], actor=lea)
    assert Capability.objects.count() == 18
