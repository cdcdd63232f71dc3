"""Take what the registry measured over into a draft."""

from __future__ import annotations

from django.db import transaction

from assessments.health.actions.assessments import change_assessment
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
    """State what was measured; what was claimed before is on record. Refused where nothing is measurable."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        found = _measured(Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk), capability)
        change_assessment(assessment, items=[{"capability": capability, "status": str(found.measured)}], actor=actor)
        record(
            "assessment.evidence_taken_over",
            subject=f"assessment:{assessment.organization.slug}/{assessment.pk}",
            actor=actor,
            payload={
                "capability": capability,
                "claimed": str(found.claimed),
                "measured": str(found.measured),
                "numerator": found.numerator,
                "denominator": found.denominator,
            },
        )
    return found


def _measured(assessment: Assessment, capability: str) -> Evidence:
    found = {one.capability: one for one in evidence_of(get_assessment(assessment.pk))}.get(capability)
    if found is None:
        raise Unknown(f"The assessment does not state {capability[:120]!r}.")
    if found.measured is None:
        raise Refused("nothing_measured", found.sentence)
    return found
