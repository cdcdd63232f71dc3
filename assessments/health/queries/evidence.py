"""What was measured, beside what was entered: the registry's figures, and the share of orchestrated training runs.

A draft is held to what is measured now, a published assessment to what was stored with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from assessments.health.rules.evidence import (
    Coverage,
    Evidence,
    Measurement,
    compare,
    is_contradicted,
    unmeasured,
)
from assessments.models import Assessment, AssessmentEvidence, AssessmentItem, Organization, TrainingRun
from assessments.organizations.rules.catalogue import Status
from registry.published import evidence as registry

WHY_UNMEASURED = {"audit_log": "The audit log is too long to verify on a page: run manage.py verify_audit."}
NOT_MEASURABLE = "Nothing here can measure it."
NOT_STORED = "No evidence was stored when this assessment was published."
TRAINING, TRAINING_WINDOW = "orchestrated_training", timedelta(days=30)
SHOWN, STORED = 5, 100  # counter-examples by name


class RecordsBehind(NamedTuple):
    """The records behind a line of evidence: all of them now, or those without it as they were stored."""

    line: Evidence
    records: Any


class AssessmentShown(NamedTuple):
    """An assessment on its page with its evidence, which is read once: what the panels of that page get."""

    assessment: Assessment
    evidence: list[Evidence]


def evidence_of(assessment: Assessment) -> list[Evidence]:
    """Entered beside measured for each capability, in the assessment's order, in a bounded number of queries."""
    if assessment.is_published:
        return _stored(assessment)
    items = list(assessment.items.all())
    return _measured_now(assessment, items, figures_of(assessment.organization))


def evidence_of_item(item: AssessmentItem) -> Evidence:
    """The line of one capability of a draft, for which nothing else is counted."""
    figures = figures_of(item.assessment.organization, [item.capability.name])
    return _measured_now(item.assessment, [item], figures)[0]


def contradictions(assessment: Assessment) -> list[Evidence]:
    """The capabilities that are contradicted by measurement."""
    return [line for line in evidence_of(assessment) if line.contradicts]


def stated_models(assessment: Assessment) -> int | None:
    """How many production models there are, as the assessment says, else as the facts about the organization say."""
    if assessment.model_count is not None:
        return assessment.model_count
    return assessment.organization.production_models


def figures_of(organization: Organization, only: Collection[str] | None = None) -> dict[str, registry.Figure]:
    """The figures of all capabilities that are measurable, or of those named."""
    figures = registry.figures(organization.pk, only)
    if only is None or TRAINING in only:
        figures[TRAINING] = _training(organization)
    return figures


def records_behind(assessment: Assessment, capability: str) -> RecordsBehind:
    """The list behind a figure, those without it first: ``what``, ``has``, and links. Unknown where there is none."""
    rows = rows_of(assessment.organization, capability)
    line = next((line for line in evidence_of(assessment) if line.capability == capability), None)
    if line is None:
        line = unmeasured(capability, Status.MISSING, "This assessment does not include it.")
    if not assessment.is_published:
        return RecordsBehind(line, rows)
    return RecordsBehind(line, [{"what": name, "has": False} for name in line.counter_examples])


def rows_of(organization: Organization, capability: str) -> QuerySet[Any]:
    """All records behind a figure as they are now, those without it first."""
    if capability != TRAINING:
        return registry.rows(organization.pk, capability)
    what = Concat("team", Value(", "), "model", output_field=CharField())
    runs = _runs(organization).order_by("has", "-started_at", "pk")
    return runs.values("has", what=what, started=F("started_at"))


def to_store(assessment: Assessment, moment: datetime) -> list[AssessmentEvidence]:
    """What is measured now of each capability, to be stored with the assessment; not saved yet."""
    figures, stated = figures_of(assessment.organization), stated_models(assessment)
    return [
        AssessmentEvidence(
            assessment=assessment,
            capability=item.capability,
            stored_at=moment,
            **_figure_to_store(assessment, item.capability.name, figures.get(item.capability.name), stated),
        )
        for item in assessment.items.select_related("capability")
    ]


def _figure_to_store(
    assessment: Assessment, name: str, figure: registry.Figure | None, stated: int | None
) -> dict[str, Any]:
    if figure is None:
        return {"unmeasured_because": WHY_UNMEASURED.get(name, NOT_MEASURABLE)}
    lacking = figure.numerator < figure.denominator
    return {
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "counted": figure.of,
        "seen": figure.seen,
        "stated": stated,
        "without": list(_without(assessment.organization, name, STORED)) if lacking else [],
    }


def _measured_now(
    assessment: Assessment, items: Iterable[AssessmentItem], figures: dict[str, registry.Figure]
) -> list[Evidence]:
    stated = stated_models(assessment)
    lines = []
    for item in items:
        name, claimed = item.capability.name, Status(item.status)
        if name not in figures:
            lines.append(unmeasured(name, claimed, WHY_UNMEASURED.get(name, NOT_MEASURABLE)))
            continue
        numerator, denominator, of, seen = figures[name]
        high = is_contradicted(claimed, numerator, denominator)
        without = _without(assessment.organization, name, SHOWN) if high else ()
        lines.append(compare(name, claimed, Measurement(numerator, denominator, of, Coverage(seen, stated), without)))
    return lines


def _without(organization: Organization, capability: str, limit: int) -> tuple[str, ...]:
    """The first records that lack it, by name, each name once."""
    names = (row["what"] for row in rows_of(organization, capability)[:limit] if not row["has"])
    return tuple(dict.fromkeys(names))


def _stored(assessment: Assessment) -> list[Evidence]:
    stored = {line.capability_id: line for line in assessment.evidence.all()}
    return [_as_stored(item, stored.get(item.capability_id)) for item in assessment.items.all()]


def _as_stored(item: AssessmentItem, line: AssessmentEvidence | None) -> Evidence:
    name, claimed = item.capability.name, Status(item.status)
    if line is None:
        return unmeasured(name, claimed, NOT_STORED)
    if line.denominator is None or line.numerator is None:
        return unmeasured(name, claimed, line.unmeasured_because)._replace(stored_at=line.stored_at)
    coverage = Coverage(line.seen or 0, line.stated)
    measurement = Measurement(line.numerator, line.denominator, line.counted, coverage, tuple(line.without))
    return compare(name, claimed, measurement)._replace(stored_at=line.stored_at)


def _runs(organization: Organization) -> QuerySet[Any]:
    """The training runs of 30 days; ``has``: an orchestrator reported it."""
    since = timezone.now() - TRAINING_WINDOW
    return TrainingRun.objects.filter(organization=organization, started_at__gte=since).annotate(
        has=~Q(orchestrator="")
    )


def _training(organization: Organization) -> registry.Figure:
    having = {"having": Count("pk", filter=Q(has=True)), "models": Count("model", distinct=True)}
    counted = _runs(organization).order_by().aggregate(total=Count("pk"), **having)
    return registry.Figure(counted["having"], counted["total"], "training runs in 30 days", counted["models"])
