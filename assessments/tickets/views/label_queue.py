"""The tagging queue: one ticket at a time, a key for each type."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.tickets.actions.tickets import say_type, unsay_type
from assessments.tickets.queries import labelling, suggestions, tickets
from assessments.tickets.rules.tickets import TicketType
from platform_site.access import can_record_ticket
from platform_site.pages import actor

TYPES = [(str(number), str(word)) for number, word in enumerate(TicketType, start=1)]
SKIPPED, SAID = "queue_skipped", "queue_said"
REMEMBERED = 200


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The next ticket and its proposal; the part that changes alone for htmx."""
    context = {
        "ticket": labelling.next_ticket(skipped=request.session.get(SKIPPED, ())),
        "campaign": labelling.campaign(),
        "model": suggestions.ticket_model_now(),
        "types": TYPES,
        "may_undo": bool(request.session.get(SAID)),
        "may_say": can_record_ticket(actor(request)),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(
        request,
        "assessments/tickets/label_queue_ticket.html" if fragment else "assessments/tickets/label_queue.html",
        context,
    )


@require_POST
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's word on a ticket, or none for now."""
    found = tickets.ticket(pk)
    if request.POST.get("skip"):
        _remember(request, SKIPPED, pk)
    else:
        say_type(found, type=request.POST.get("type") or "nothing", actor=actor(request))
        _remember(request, SAID, pk)
    return redirect("assessments:ticket_queue")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last word that was said here."""
    said = request.session.get(SAID, [])
    if said:
        unsay_type(tickets.ticket(said[-1]), actor=actor(request))
        request.session[SAID] = said[:-1]
        request.session[SKIPPED] = [pk for pk in request.session.get(SKIPPED, []) if pk != said[-1]]
    return redirect("assessments:ticket_queue")


def _remember(request: HttpRequest, name: str, pk: int) -> None:
    request.session[name] = [*request.session.get(name, []), pk][-REMEMBERED:]
