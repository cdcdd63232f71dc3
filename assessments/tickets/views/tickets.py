"""The tickets, one by one: a list, a page for each, and forms that add and correct them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Organization, Ticket
from assessments.organizations.reported import may_change, who_may_change
from assessments.organizations.views import of_one_organization
from assessments.tickets.actions import tickets as actions
from assessments.tickets.forms import CorrectionForm, NewTicketForm, TicketFilter, TicketPageForm
from assessments.tickets.queries import tickets
from platform_site.access import can_record_ticket, require
from platform_site.pages import Table, actor, page_of, page_or_csv

COLUMNS = (
    "source", "external_id", "title", "type", "typed_by", "team", "on_platform", "opened_at", "resolved_at",
    "effort_hours",
)  # fmt: skip
MOST_ROWS = 100_000  # of a file


@require_safe
@of_one_organization
def ticket_list(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """The tickets, filtered by words, type, team and state."""
    teams = tickets.teams_with_tickets(organization)
    form = TicketFilter(request.GET, teams=teams)
    rows = form.filtered(tickets.tickets(organization))
    context = {
        "page_obj": page_of(request, rows),
        "form": form,
        "everything": tickets.tickets(organization),
        "may_record": can_record_ticket(actor(request)),
        "teams": teams,
    }
    return page_or_csv(request, "assessments/tickets/list.html", context, [Table("tickets", COLUMNS, _cells(rows))])


def _cells(rows: QuerySet[Ticket]) -> Iterator[tuple[Any, ...]]:
    yield from rows.values_list(*COLUMNS)[:MOST_ROWS].iterator()


@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """One ticket with its text and history; whoever records tickets corrects it here."""
    subject, may_record = tickets.ticket(pk), can_record_ticket(actor(request))
    form = TicketPageForm(request.POST or None, instance=subject, actor=actor(request)) if may_record else None
    if request.method == "POST":
        require(may_record, actions.ONLY_RECORDERS)
        if form and form.is_valid() and form.submit():
            messages.success(request, "Ticket saved.")
            return redirect("assessments:ticket", pk)
        subject = tickets.ticket(pk)  # a form writes what was typed into its instance, valid or not
    context: dict[str, Any] = {"ticket": subject, "form": form, "history": tickets.history_of(subject)}
    if form and not may_change(actor(request))(subject):
        context["whose"] = who_may_change(subject)
    context["teams"] = tickets.teams_with_tickets(subject.organization) if form else []
    return render(request, "assessments/tickets/one/page.html", context, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_organization
def add(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Record a ticket that no tracker has."""
    require(can_record_ticket(actor(request)), actions.ONLY_RECORDERS)
    form = NewTicketForm(request.POST or None, organization=organization, actor=actor(request))
    if request.method == "POST" and form.is_valid() and (ticket := form.submit()):
        messages.success(request, "Ticket recorded.")
        return redirect("assessments:ticket", ticket.pk)
    context = {"form": form, "teams": tickets.teams_with_tickets(organization)}
    return render(request, "assessments/tickets/one/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """The row of a ticket in the list, as a fragment: `?edit=1` to correct it, a post to save it."""
    subject, may_record = tickets.ticket(pk), can_record_ticket(actor(request))
    form = CorrectionForm(request.POST or None, instance=subject, actor=actor(request), auto_id=f"row_{pk}_%s")
    if request.method == "POST":
        require(may_record, actions.ONLY_RECORDERS)
        saved = form.is_valid() and form.submit()
        subject = tickets.ticket(pk)
        if saved and not request.headers.get("HX-Request"):
            return redirect("assessments:ticket", pk)
        if saved:
            return render(request, "assessments/tickets/one/row.html", {"ticket": subject, "may_record": may_record})
    editing = may_record and (request.method == "POST" or "edit" in request.GET)
    template = "assessments/tickets/one/row_form.html" if editing else "assessments/tickets/one/row.html"
    context = {"ticket": subject, "form": form, "may_record": may_record}
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
@of_one_organization
def remove_samples(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Remove the sample tickets, and nothing else."""
    removed = actions.remove_samples(organization, actor=actor(request))
    messages.success(request, f"{removed:,} sample tickets were removed.")
    return redirect("assessments:tickets")
