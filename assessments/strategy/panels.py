"""What strategy shows on the page of an assessment."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from assessments.health.queries.evidence import AssessmentShown
from assessments.strategy.queries.strategy import plan_of


def of_assessment(request: HttpRequest, shown: AssessmentShown) -> dict[str, Any]:
    """The one plan: where each gap stands in it."""
    return {"plan": plan_of(shown.assessment, shown.evidence)}
