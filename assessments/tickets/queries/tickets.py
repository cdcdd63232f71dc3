"""The platform team's tickets, one by one. What they cost over a window is in `queries.triage`."""

from __future__ import annotations

from django.db.models import QuerySet

from assessments.models import Ticket
from platform_site.errors import Unknown


def tickets() -> QuerySet[Ticket]:
    """Every ticket, newest first."""
    return Ticket.objects.order_by("-opened_at", "-pk")


def ticket(ticket_id: int) -> Ticket:
    """One ticket; Unknown when there is none."""
    record = tickets().filter(pk=ticket_id).first()
    if record is None:
        raise Unknown(f"There is no ticket {ticket_id}.")
    return record


def teams_with_tickets() -> list[str]:
    """Every team that opened a ticket, by name."""
    return list(Ticket.objects.order_by("team").values_list("team", flat=True).distinct())
