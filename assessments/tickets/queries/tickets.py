"""The platform team's tickets, one by one. What they cost over a window is in `queries.triage`."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from assessments.models import Organization, Ticket
from platform_site.audit import queries as audit
from platform_site.errors import Unknown

MOST_EVENTS = 50
MOST_SEARCHED = 50_000
NEXT_TEAM = """
WITH RECURSIVE named(team) AS (
    SELECT MIN(team) FROM assessments_ticket WHERE {within}
    UNION ALL
    SELECT (SELECT MIN(team) FROM assessments_ticket WHERE {within} AND team > named.team) FROM named WHERE team IS NOT NULL
)
SELECT team FROM named WHERE team IS NOT NULL
"""


class Change(NamedTuple):
    """One event of a ticket: who, when, what; and each changed field with its old and new value."""

    actor: str
    at: str
    action: str
    fields: list[tuple[str, Any, Any]]


def tickets(organization: Organization | None) -> QuerySet[Ticket]:
    """An organization's tickets, newest first; without one those that belong to none."""
    return _tickets().filter(organization=organization)


def _tickets() -> QuerySet[Ticket]:
    return Ticket.objects.select_related("organization").order_by("-opened_at", "-pk")


def newest(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The newest of these tickets: those whose words are searched, so that a search never reads all of them; one query.

    It is asked at once: PostgreSQL takes an index for a moment that it knows, and every ticket for one that it must find.
    """
    left_out = rows.order_by("-opened_at").values_list("opened_at", flat=True)[MOST_SEARCHED : MOST_SEARCHED + 1]
    return rows.filter(opened_at__gt=moment) if (moment := next(iter(left_out), None)) else rows


def ticket(ticket_id: int) -> Ticket:
    """One ticket; Unknown when there is none."""
    record = _tickets().filter(pk=ticket_id).first()
    if record is None:
        raise Unknown(f"There is no ticket {ticket_id}.")
    return record


def subject_of(ticket: Ticket) -> str:
    """What the audit log calls a ticket."""
    return f"ticket:{ticket.source}/{ticket.external_id}"


def history_of(ticket: Ticket) -> list[Change]:
    """The newest 50 events of a ticket, each with the fields that it changed."""
    events = audit.events().filter(subject=subject_of(ticket))[:MOST_EVENTS]
    return [Change(event.actor, event.at, event.action, _fields(event.content)) for event in events]


def _fields(content: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(name, value["from"], value["to"]) for name, value in content.items() if isinstance(value, dict)]


def teams_with_tickets(organization: Organization | None) -> list[str]:
    """The organization's teams that opened a ticket, by name; each is one look into an index, whatever the number of tickets."""
    within = "organization_id IS NULL" if organization is None else f"organization_id = {organization.pk:d}"
    with connection.cursor() as cursor:
        cursor.execute(NEXT_TEAM.format(within=within))
        return [team for (team,) in cursor.fetchall()]
