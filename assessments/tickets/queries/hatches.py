"""The escape-hatch catalogue of an organization, and what each entry answers."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from assessments.models import EscapeHatch, Organization, Ticket, UseCase
from platform_site.errors import Unknown

MOST_SHOWN = 20


def hatches(organization: Organization | None) -> QuerySet[EscapeHatch]:
    """An organization's catalogue by name, with how many tickets and use cases each entry answers."""
    counts = {"ticket_count": Count("tickets", distinct=True), "use_case_count": Count("use_cases", distinct=True)}
    rows = EscapeHatch.objects.select_related("owner_team", "organization").filter(organization=organization)
    return rows.annotate(**counts).order_by("name")


def hatch(hatch_id: int) -> EscapeHatch:
    """One entry; Unknown when there is none."""
    record = EscapeHatch.objects.select_related("owner_team", "organization").filter(pk=hatch_id).first()
    if record is None:
        raise Unknown(f"There is no escape hatch {hatch_id}.")
    return record


def answered_tickets(of: EscapeHatch) -> QuerySet[Ticket]:
    """The newest tickets that it answers."""
    return Ticket.objects.filter(escape_hatch=of).order_by("-opened_at")[:MOST_SHOWN]


def use_cases(of: EscapeHatch) -> QuerySet[UseCase]:
    """The use cases that are done with it."""
    return UseCase.objects.filter(escape_hatch=of).order_by("name")[:MOST_SHOWN]
