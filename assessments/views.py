"""The pages of health: each asks a query and renders it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments import charts
from assessments.domain import maturity
from assessments.queries import assessments, tickets

PER_PAGE = 50


@require_safe
def assessment_list(request: HttpRequest) -> HttpResponse:
    """Every assessment with its score and levels, newest first."""
    page = Paginator(assessments.assessments(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, assessments.summary_of(one)) for one in page]
    return render(request, "assessments/list.html", {"page_obj": page, "rows": rows})


@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessment as a report."""
    found = assessments.assessment(pk)
    summary = assessments.summary_of(found)
    context = {
        "assessment": found,
        "summary": summary,
        "figure": charts.groups(summary.by_group),
        "columns": charts.COLUMNS,
        "rows": charts.group_rows(summary.by_group),
        "sentence": charts.groups_sentence(summary.by_group),
        "ladder": [(level, *_standing(level, summary)) for level in maturity.LEVELS],
    }
    return render(request, "assessments/assessment.html", context)


@require_safe
def ticket_list(request: HttpRequest) -> HttpResponse:
    """The tickets, and what they cost in four weeks."""
    page = Paginator(tickets.tickets(), PER_PAGE).get_page(request.GET.get("page"))
    triage = tickets.triage_of() if page.object_list else None
    return render(request, "assessments/tickets.html", {"page_obj": page, "triage": triage})


def _standing(level: maturity.Level, summary: assessments.Summary) -> tuple[bool, tuple[str, ...]]:
    """Whether a level is reached, and what it still asks for."""
    lacking = {blocker.level.level: tuple(item.capability for item in blocker.items) for blocker in summary.blockers}
    return level.level not in lacking, lacking.get(level.level, ())
