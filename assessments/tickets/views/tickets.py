"""The tickets, one by one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from assessments.tickets.actions import tickets as actions
from assessments.tickets.forms import TicketFilter
from assessments.tickets.queries import tickets
from platform_site.pages import actor, page_of


@require_safe
@of_one_organization
def ticket_list(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """The tickets, filtered by words, type, team and state."""
    form = TicketFilter(request.GET, teams=tickets.teams_with_tickets(organization))
    page = page_of(request, form.filtered(tickets.tickets(organization)))
    return render(request, "assessments/tickets/list.html", {"page_obj": page, "form": form})


@require_POST
@of_one_organization
def remove_samples(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Remove the sample tickets, and nothing else."""
    removed = actions.remove_samples(organization, actor=actor(request))
    messages.success(request, f"{removed:,} sample tickets were removed.")
    return redirect("assessments:tickets")
