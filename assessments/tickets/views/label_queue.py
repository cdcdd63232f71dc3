"""The label queue: one ticket at a time, a key for each type."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from assessments.tickets.actions.labels import label_tickets, remove_labels
from assessments.tickets.queries import campaigns, labelling, suggestions, tickets
from assessments.tickets.queries.labelling import Opened
from assessments.tickets.rules.tickets import TicketType
from platform_site.access import can_record_ticket
from platform_site.pages import Table, actor, page_or_csv
from platform_site.text.wording import in_words

TYPES = [(str(number), str(word)) for number, word in enumerate(TicketType, start=1)]
SKIPPED, LABELLED = "queue_skipped", "queue_labelled"
REMEMBERED = 1_000


@require_safe
@of_one_organization
def queue(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """The next ticket and its suggested type; for htmx only the part that changes."""
    running = campaigns.running(organization)
    window = campaigns.window_of(running) if running else Opened.lately()
    progress = campaigns.progress_of(running) if running else None
    ticket = labelling.next_ticket(organization, window, skipped=request.session.get(SKIPPED, ()))
    context = {
        "ticket": ticket,
        "same_title": len(labelling.same_title(ticket, window)) if ticket else 0,
        "labelling": progress or labelling.labelling_of(organization, window),
        "running": progress,
        "span": "the campaign" if running else "the last four weeks",
        "model": (model := suggestions.newest_model()),
        "types": TYPES,
        "may_undo": bool(request.session.get(LABELLED)),
        "may_label": can_record_ticket(actor(request)),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "assessments/tickets/label_queue_ticket.html", context)
    held_out = model.by_type.items() if model else ()
    rows = [(in_words(kind), counts["tickets"], counts["right"]) for kind, counts in held_out]
    tables = [Table("accuracy", ["Type", "Held-out tickets", "Right"], rows)]
    return page_or_csv(request, "assessments/tickets/label_queue.html", context, tables)


@require_POST
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """Store a person's label, of the ticket or of all with its title, or skip the ticket for now."""
    ticket = tickets.ticket(pk)
    ids = labelling.same_title(ticket, campaigns.window_now(ticket.organization)) if request.POST.get("all") else [pk]
    if request.POST.get("skip"):
        request.session[SKIPPED] = [*request.session.get(SKIPPED, []), *ids][-REMEMBERED:]
    else:
        label_tickets(ids, type=request.POST.get("type") or "nothing", actor=actor(request))
        _remember(request, ids)
    return redirect("assessments:ticket_queue")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Remove the last label of this session, from every ticket that it was given to."""
    labelled = request.session.get(LABELLED, [])
    if labelled:
        remove_labels(labelled[-1], actor=actor(request))
        request.session[LABELLED] = labelled[:-1]
        request.session[SKIPPED] = [pk for pk in request.session.get(SKIPPED, []) if pk not in labelled[-1]]
    return redirect("assessments:ticket_queue")


def _remember(request: HttpRequest, ids: list[int]) -> None:
    """For undo: the last labels of this session, up to a thousand tickets."""
    labels = [*request.session.get(LABELLED, []), ids]
    while sum(map(len, labels)) > REMEMBERED and len(labels) > 1:
        labels.pop(0)
    request.session[LABELLED] = labels
