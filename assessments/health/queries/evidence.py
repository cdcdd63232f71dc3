"""What was measured, beside what was entered: the registry's figures, and the share of orchestrated training runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from assessments.adoption.queries import orchestrated_share
from assessments.health.rules.evidence import Evidence, compare, unmeasured
from assessments.models import Assessment, TrainingRun
from assessments.organizations.rules.catalogue import Status
from registry.published import evidence as registry

TOO_LONG = {"audit_log": "The audit log is too long to verify on a page: run manage.py verify_audit."}

TRAINING, TRAINING_WINDOW = "orchestrated_training", timedelta(days=30)


def evidence_of(assessment: Assessment) -> list[Evidence]:
    """Entered beside measured for each capability, in the assessment's order, in a fixed number of queries."""
    figures = registry.figures() | {TRAINING: _training()}
    return [_beside(item.capability.name, Status(item.status), figures) for item in assessment.items.all()]


def contradictions(assessment: Assessment) -> list[Evidence]:
    """The capabilities that are contradicted by measurement."""
    return [line for line in evidence_of(assessment) if line.contradicts]


def rows(capability: str) -> QuerySet[Any]:
    """The records behind a figure, those without it first: ``what``, ``has``, and links. Unknown where there are none."""
    if capability != TRAINING:
        return registry.rows(capability)
    runs = TrainingRun.objects.filter(started_at__gte=timezone.now() - TRAINING_WINDOW).annotate(
        has=~Q(orchestrator="")
    )
    what = Concat("team", Value(", "), "model", output_field=CharField())
    return runs.order_by("has", "-started_at", "pk").values("has", what=what, started=F("started_at"))


def _training() -> registry.Figure:
    return registry.Figure(*orchestrated_share(timezone.now() - TRAINING_WINDOW), "training runs in 30 days")


def _beside(name: str, claimed: Status, figures: dict[str, registry.Figure]) -> Evidence:
    if name in figures:
        return compare(name, claimed, *figures[name])
    why = TOO_LONG.get(name)
    return unmeasured(name, claimed, why) if why else unmeasured(name, claimed)
