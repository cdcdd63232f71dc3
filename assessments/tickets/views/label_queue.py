"""The label queue: one ticket at a time, a key for each type."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from assessments.tickets.actions.tickets import label_ticket, remove_label
from assessments.tickets.queries import labelling, suggestions, tickets
from assessments.tickets.rules.tickets import TicketType
from platform_site.access import can_record_ticket
from platform_site.pages import actor

TYPES = [(str(number), str(word)) for number, word in enumerate(TicketType, start=1)]
SKIPPED, LABELLED = "queue_skipped", "queue_said"
REMEMBERED = 200


@require_safe
@of_one_organization
def queue(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """The next ticket and its suggested type; for htmx only the part that changes."""
    context = {
        "ticket": labelling.next_ticket(organization, skipped=request.session.get(SKIPPED, ())),
        "campaign": labelling.campaign(organization),
        "model": suggestions.newest_model(),
        "types": TYPES,
        "may_undo": bool(request.session.get(LABELLED)),
        "may_label": can_record_ticket(actor(request)),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(
        request,
        "assessments/tickets/label_queue_ticket.html" if fragment else "assessments/tickets/label_queue.html",
        context,
    )


@require_POST
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """Store a person's label, or skip the ticket for now."""
    ticket = tickets.ticket(pk)
    if request.POST.get("skip"):
        _remember(request, SKIPPED, pk)
    else:
        label_ticket(ticket, type=request.POST.get("type") or "nothing", actor=actor(request))
        _remember(request, LABELLED, pk)
    return redirect("assessments:ticket_queue")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Remove the last label of this session."""
    labelled = request.session.get(LABELLED, [])
    if labelled:
        remove_label(tickets.ticket(labelled[-1]), actor=actor(request))
        request.session[LABELLED] = labelled[:-1]
        request.session[SKIPPED] = [pk for pk in request.session.get(SKIPPED, []) if pk != labelled[-1]]
    return redirect("assessments:ticket_queue")


def _remember(request: HttpRequest, name: str, pk: int) -> None:
    request.session[name] = [*request.session.get(name, []), pk][-REMEMBERED:]
