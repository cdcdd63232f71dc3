"""What postmortems show on the page of an assessment."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from assessments.health.queries.evidence import AssessmentShown
from assessments.postmortems.queries import preventable


def of_assessment(request: HttpRequest, shown: AssessmentShown) -> dict[str, Any]:
    """How many incidents of its organization each capability would have prevented, by the capability's name."""
    return {"incidents": preventable(shown.assessment.organization)}
