"""What initiatives show on pages of lower floors: who works on a gap already, and a link that makes one of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from assessments.health.queries.evidence import AssessmentShown
from assessments.initiatives.queries import working_on
from assessments.models import Organization
from platform_site.access import can_propose_initiative
from platform_site.pages import actor


def of_organization(request: HttpRequest, organization: Organization) -> dict[str, Any]:
    """The open initiatives by capability, and whether the reader may propose one."""
    return {"initiatives": working_on(organization), "may_propose": can_propose_initiative(actor(request))}


def of_assessment(request: HttpRequest, shown: AssessmentShown) -> dict[str, Any]:
    """The same on the page of an assessment."""
    return of_organization(request, shown.assessment.organization)
