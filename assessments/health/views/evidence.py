"""The list behind a figure of evidence, and taking the figure over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from assessments.health.actions.evidence import take_over_evidence
from assessments.health.queries import evidence
from assessments.health.queries.assessments import get_item_of
from assessments.health.views.editing import cell_context
from assessments.health.views.tables import records_table
from assessments.organizations.queries import get_assessment
from platform_site.pages import act_and_redirect, actor, page_of, page_or_csv


@require_safe
def behind(request: HttpRequest, pk: int, capability: str) -> HttpResponse:
    """What was counted, what lacks the capability first."""
    assessment = get_assessment(pk)
    line, records = evidence.records_behind(assessment, capability)
    page = page_of(request, records)
    context = {"assessment": assessment, "page_obj": page, "evidence": line, "capability": capability}
    return page_or_csv(request, "assessments/health/evidence_records.html", context, [records_table(records)])


@require_POST
def take_over(request: HttpRequest, pk: int, capability: str) -> HttpResponse:
    """Set a capability of a draft to its measured status; the form of a draft gets that capability's part of it again."""
    if request.headers.get("HX-Request"):
        take_over_evidence(get_assessment(pk), capability, actor=actor(request))
        item = get_item_of(pk, capability)
        return render(request, "assessments/health/grid/cell_taken_over.html", cell_context(item))
    return act_and_redirect(
        request,
        lambda: take_over_evidence(get_assessment(pk), capability, actor=actor(request)),
        done=lambda taken: f"{capability} is now set to {taken.measured}, as measured.",
        to=resolve_url("assessments:edit" if "edit" in request.POST else "assessments:assessment", pk),
    )
