"""What the registry measured, beside what an assessment claims."""

from __future__ import annotations

from assessments.domain.catalogue import Status
from assessments.domain.evidence import Evidence, compare, unmeasured
from assessments.models import Assessment
from registry.queries import evidence as registry

TOO_LONG = {"audit_log": "The chain is too long to verify at once: run verify_audit."}


def evidence_of(assessment: Assessment) -> list[Evidence]:
    """Each capability that the assessment states, in its order, in a fixed number of queries."""
    figures = registry.figures()
    return [_beside(item.capability.name, Status(item.status), figures) for item in assessment.items.all()]


def contradictions(assessment: Assessment) -> list[Evidence]:
    """The claims that the figures do not bear out."""
    return [one for one in evidence_of(assessment) if one.contradicts]


def _beside(name: str, claimed: Status, figures: dict[str, registry.Figure]) -> Evidence:
    if name in figures:
        return compare(name, claimed, *figures[name])
    why = registry.NOT_MEASURABLE_YET.get(name) or TOO_LONG.get(name)
    return unmeasured(name, claimed, why) if why else unmeasured(name, claimed)
