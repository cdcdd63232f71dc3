"""Replace an entered status in a draft by the measured one."""

from __future__ import annotations

from django.db import transaction

from assessments.health.actions.assessments import change_assessment, lock_draft
from assessments.health.queries.evidence import evidence_of
from assessments.health.rules.evidence import Evidence
from assessments.models import Assessment
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import get_assessment
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Refused, Unknown


def take_over_evidence(assessment: Assessment, capability: str, *, actor: Actor) -> Evidence:
    """Set the status that was measured; the audit event keeps the one entered before. Refused where nothing was measured."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        evidence = _measured(lock_draft(assessment), capability)
        change_assessment(assessment, items=[{"capability": capability, "status": str(evidence.measured)}], actor=actor)
        record(
            "assessment.evidence_taken_over",
            subject=f"assessment:{assessment.organization.slug}/{assessment.pk}",
            actor=actor,
            payload={
                "capability": capability,
                "claimed": str(evidence.claimed),
                "measured": str(evidence.measured),
                "numerator": evidence.numerator,
                "denominator": evidence.denominator,
                "coverage": evidence.coverage._asdict() if evidence.coverage else None,
            },
        )
    return evidence


def _measured(assessment: Assessment, capability: str) -> Evidence:
    evidence = {line.capability: line for line in evidence_of(get_assessment(assessment.pk))}.get(capability)
    if evidence is None:
        raise Unknown(f"The assessment has no capability {capability[:120]!r}.")
    if evidence.measured is None:
        raise Refused("nothing_measured", evidence.sentence)
    return evidence
