"""Taking evidence over."""

from __future__ import annotations

import pytest

from assessments.health.actions.assessments import change_assessment, publish_assessment
from assessments.health.actions.evidence import take_over_evidence
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed, Refused, Unknown


def claimed(assessment, capability):
    return assessment.items.get(capability__name=capability).status


def test_what_was_measured_is_stated_and_the_claim_kept_on_record(draft, in_production, lea):
    change_assessment(draft, model_count=1, actor=lea)
    before = claimed(draft, "model_registry")
    take_over_evidence(draft, "model_registry", actor=lea)
    assert claimed(draft, "model_registry") == "implemented"
    event = AuditEvent.objects.get(action="assessment.evidence_taken_over")
    assert (event.content["claimed"], event.content["measured"]) == (before, "implemented")
    assert event.content["coverage"] == {"seen": 1, "stated": 1}


def test_one_model_of_eight_gives_nothing_to_take_over(draft, in_production, lea):
    with pytest.raises(Refused, match="sees 1 of 8 production models") as refused:
        take_over_evidence(draft, "slice_evaluation", actor=lea)
    assert refused.value.code == "nothing_measured"


@pytest.mark.parametrize("capability", ["compute_scaling", "lineage", "deployment_rollback"])
def test_where_nothing_is_measurable_nothing_is_taken_over(draft, lea, capability):
    before = claimed(draft, capability)
    with pytest.raises(Refused) as refused:
        take_over_evidence(draft, capability, actor=lea)
    assert (refused.value.code, claimed(draft, capability)) == ("nothing_measured", before)


def test_a_published_assessment_is_left_alone(draft, lea):
    publish_assessment(draft, actor=lea)
    with pytest.raises(Refused, match="published"):
        take_over_evidence(draft, "audit_log", actor=lea)


def test_only_leads_take_over(draft):
    with pytest.raises(NotAllowed):
        take_over_evidence(draft, "audit_log", actor=Actor("vi", frozenset({Role.VIEWER}), frozenset()))


def test_a_capability_that_is_not_stated_is_unknown(draft, lea):
    with pytest.raises(Unknown):
        take_over_evidence(draft, "telepathy", actor=lea)
