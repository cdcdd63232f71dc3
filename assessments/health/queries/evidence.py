"""What was measured, beside what an assessment claims: by the registry, and of training runs by this room."""

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

TOO_LONG = {"audit_log": "The chain is too long to verify at once: run verify_audit."}

TRAINING, TRAINING_WINDOW = "orchestrated_training", timedelta(days=30)


def evidence_of(assessment: Assessment) -> list[Evidence]:
    """Each capability that the assessment states, in its order, in a fixed number of queries."""
    figures = registry.figures() | {TRAINING: _training()}
    return [_beside(item.capability.name, Status(item.status), figures) for item in assessment.items.all()]


def contradictions(assessment: Assessment) -> list[Evidence]:
    """The claims that the figures do not bear out."""
    return [one for one in evidence_of(assessment) if one.contradicts]


def rows(capability: str) -> QuerySet[Any]:
    """The list behind a figure, what lacks it first: ``what``, ``has``, and what it links to. Unknown without one."""
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
