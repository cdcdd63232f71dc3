"""The list behind a figure of evidence, and taking the figure over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from assessments.health.actions.evidence import take_over_evidence
from assessments.health.queries import evidence
from assessments.organizations.queries import get_assessment
from platform_site.pages import act_and_redirect, actor, page_of


@require_safe
def behind(request: HttpRequest, pk: int, capability: str) -> HttpResponse:
    """What was counted, what lacks the capability first."""
    found = get_assessment(pk)
    page = page_of(request, evidence.rows(capability))
    one = next((one for one in evidence.evidence_of(found) if one.capability == capability), None)
    context = {"assessment": found, "page_obj": page, "evidence": one, "capability": capability}
    return render(request, "assessments/health/evidence_records.html", context)


@require_POST
def take_over(request: HttpRequest, pk: int, capability: str) -> HttpResponse:
    """State what was measured, in a draft."""
    return act_and_redirect(
        request,
        lambda: take_over_evidence(get_assessment(pk), capability, actor=actor(request)),
        done=lambda taken: f"{capability} is stated as {taken.measured} now, as measured.",
        to=resolve_url("assessments:assessment", pk),
    )
