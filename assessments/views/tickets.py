"""The tickets, and what they cost."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.queries import tickets

PER_PAGE = 50


@require_safe
def ticket_list(request: HttpRequest) -> HttpResponse:
    """The tickets, and what they cost in four weeks."""
    page = Paginator(tickets.tickets(), PER_PAGE).get_page(request.GET.get("page"))
    triage = tickets.triage_of() if page.object_list else None
    return render(request, "assessments/tickets.html", {"page_obj": page, "triage": triage})
