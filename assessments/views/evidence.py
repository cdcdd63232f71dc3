"""The list behind a figure of evidence, and taking the figure over."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.actions.evidence import take_over_evidence
from assessments.queries import assessments, evidence
from platform_site.access import actor_of
from platform_site.errors import Refusal

PER_PAGE = 50


@require_safe
def behind(request: HttpRequest, pk: int, capability: str) -> HttpResponse:
    """What was counted, what lacks the capability first."""
    found = assessments.assessment(pk)
    page = Paginator(evidence.rows(capability), PER_PAGE).get_page(request.GET.get("page"))
    one = next((one for one in evidence.evidence_of(found) if one.capability == capability), None)
    context = {"assessment": found, "page_obj": page, "evidence": one, "capability": capability}
    return render(request, "assessments/evidence_behind.html", context)


@require_POST
def take_over(request: HttpRequest, pk: int, capability: str) -> HttpResponse:
    """State what was measured, in a draft."""
    try:
        taken = take_over_evidence(assessments.assessment(pk), capability, actor=actor_of(request.user))
        messages.success(request, f"{capability} is stated as {taken.measured} now, as measured.")
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("assessments:assessment", pk)
