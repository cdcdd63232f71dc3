"""Import a file of tickets: upload, preview, confirm, follow the progress."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Organization, TicketImport
from assessments.organizations.views import of_one_organization
from assessments.tickets.actions.imports import confirm_import, drop_import, map_columns, offer_import
from assessments.tickets.forms import ImportForm, MappingForm
from assessments.tickets.queries import imports as ticket_imports
from assessments.tickets.queries import labelling
from assessments.tickets.rules.rows import shared_reasons
from platform_site.access import can_assess, can_record_ticket
from platform_site.pages import act_and_redirect, actor, csv_answer, page_of
from platform_site.text.dates import zone_names

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_organization
def import_tickets(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Upload a file; the list of earlier imports."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        offered = form.act(offer_import, **form.arguments(), organization=organization, actor=actor(request))
        if offered:
            return redirect("assessments:ticket_import", offered.pk)
    page = page_of(request, ticket_imports.ticket_imports(organization), per_page=PER_PAGE)
    context = {"form": form, "page_obj": page, "may_import": can_record_ticket(actor(request))}
    context |= {"samples": labelling.samples(organization) if can_assess(actor(request)) else 0}
    return render(request, "assessments/tickets/import_new.html", context, status=422 if form.errors else 200)


@require_safe
def ticket_import(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its preview, its progress or its result."""
    offered = ticket_imports.ticket_import(pk)
    context = {"ticket_import": offered, "may_import": can_record_ticket(actor(request))}
    if offered.state == TicketImport.State.PREVIEW:
        shown = ticket_imports.preview(offered)
        context |= _preview_context(offered, shown, MappingForm(offered=offered, columns=shown.columns))
    else:
        context["bad_reasons"] = shared_reasons(offered.bad_rows)
    return render(request, "assessments/tickets/import.html", context)


def _preview_context(offered: TicketImport, shown: ticket_imports.Preview, form: MappingForm) -> dict[str, Any]:
    zones = sorted(zone for zone in zone_names() if "/" in zone or zone == "UTC")
    return {"preview": shown, "form": form, "zones": zones, "bad_reasons": shown.bad_reasons}


@require_POST
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Map the columns and preview again."""
    offered = ticket_imports.ticket_import(pk)
    if offered.state != TicketImport.State.PREVIEW:
        return redirect("assessments:ticket_import", pk)
    shown = ticket_imports.preview(offered)
    form = MappingForm(request.POST, offered=offered, columns=shown.columns)
    if form.is_valid() and form.act(map_columns, offered, **form.arguments(), actor=actor(request)):
        return redirect("assessments:ticket_import", pk)
    context = {"ticket_import": offered, "may_import": True} | _preview_context(offered, shown, form)
    return render(request, "assessments/tickets/import.html", context, status=422)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the import: all rows, or the good rows only."""
    offered, good_only = ticket_imports.ticket_import(pk), request.POST.get("good_rows_only") == "1"
    return act_and_redirect(
        request,
        lambda: confirm_import(offered, good_rows_only=good_only, actor=actor(request)),
        to=resolve_url("assessments:ticket_import", pk),
    )


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an uploaded file that was not confirmed."""
    drop_import(ticket_imports.ticket_import(pk), actor=actor(request))
    messages.success(request, "The file was deleted; no ticket was stored.")
    return redirect("assessments:import_tickets")


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of an import, as a fragment; once it is over, the browser reloads the whole page."""
    offered = ticket_imports.ticket_import(pk)
    answer = render(request, "assessments/tickets/import_progress.html", {"ticket_import": offered})
    if offered.is_over:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
def bad_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The bad rows as CSV: those that a finished import recorded, else those that the preview found."""
    offered = ticket_imports.ticket_import(pk)
    rows = ticket_imports.bad_rows(offered)
    cells = ((line, external_id, " ".join(reasons)) for line, external_id, reasons in rows)
    return csv_answer(f"import-{pk}-bad-rows.csv", ["line", "external_id", "reasons"], cells)
