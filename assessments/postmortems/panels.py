"""What postmortems show on the page of an assessment."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from assessments.models import Assessment
from assessments.postmortems.queries import preventable


def of_assessment(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """How many incidents of its organization each capability would have prevented, by the capability's name."""
    return {"incidents": preventable(assessment.organization)}
