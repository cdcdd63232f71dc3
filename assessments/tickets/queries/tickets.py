"""The platform team's tickets, one by one. What they cost over a window is in `queries.triage`."""

from __future__ import annotations

from django.db.models import QuerySet

from assessments.models import Organization, Ticket
from platform_site.errors import Unknown


def tickets(organization: Organization | None) -> QuerySet[Ticket]:
    """An organization's tickets, newest first; without one those that belong to none."""
    return _tickets().filter(organization=organization)


def _tickets() -> QuerySet[Ticket]:
    return Ticket.objects.select_related("organization").order_by("-opened_at", "-pk")


def ticket(ticket_id: int) -> Ticket:
    """One ticket; Unknown when there is none."""
    record = _tickets().filter(pk=ticket_id).first()
    if record is None:
        raise Unknown(f"There is no ticket {ticket_id}.")
    return record


def teams_with_tickets(organization: Organization | None) -> list[str]:
    """The organization's teams that opened a ticket, by name."""
    return list(
        Ticket.objects.filter(organization=organization).order_by("team").values_list("team", flat=True).distinct()
    )
