"""The escape-hatch catalogue: what teams may build beside the platform, and how."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from assessments.tickets.actions.hatches import WHO
from assessments.tickets.forms import HatchForm
from assessments.tickets.queries import hatches
from platform_site.access import can_record_ticket, require
from platform_site.pages import Table, actor, page_or_csv

COLUMNS = ("name", "offers", "how_to_use", "owner_team__slug", "since", "ticket_count", "use_case_count")


@require_safe
@of_one_organization
def catalogue(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Every entry."""
    rows = hatches.hatches(organization)
    context = {"hatches": rows, "may_change": can_record_ticket(actor(request))}
    titles = ["Name", "Offers", "How to use", "Owner team", "Since", "Tickets", "Use cases"]
    table = Table("hatches", titles, (cells for cells in rows.values_list(*COLUMNS)))
    return page_or_csv(request, "assessments/tickets/hatches/list.html", context, [table])


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_organization
def add(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Add an entry."""
    require(can_record_ticket(actor(request)), WHO)
    form = HatchForm(request.POST or None, organization=organization, actor=actor(request))
    if request.method == "POST" and form.is_valid() and (saved := form.submit()):
        messages.success(request, f"{saved.name} is in the catalogue.")
        return redirect("assessments:hatch", saved.pk)
    return render(request, "assessments/tickets/hatches/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def hatch(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry, the tickets and use cases that it answers, and a form to change it."""
    subject, may_change = hatches.hatch(pk), can_record_ticket(actor(request))
    form = HatchForm(request.POST or None, instance=subject, actor=actor(request)) if may_change else None
    if request.method == "POST":
        require(may_change, WHO)
        if form and form.is_valid() and form.submit():
            messages.success(request, "Catalogue saved.")
            return redirect("assessments:hatch", pk)
        subject = hatches.hatch(pk)
    context = {
        "hatch": subject,
        "form": form,
        "tickets": hatches.answered_tickets(subject),
        "use_cases": hatches.use_cases(subject),
    }
    template = "assessments/tickets/hatches/page.html"
    return render(request, template, context, status=422 if form and form.errors else 200)
