"""The tickets that are open now, by age; and which team opens which types."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from assessments.models import Organization, Ticket
from assessments.tickets.queries.triage import Selection


class Age(NamedTuple):
    """A range of ages: its label, and the age it begins at."""

    label: str
    from_age: timedelta


AGES = (
    Age("under a day", timedelta(0)),
    Age("1 to 7 days", timedelta(days=1)),
    Age("1 to 4 weeks", timedelta(weeks=1)),
    Age("4 to 12 weeks", timedelta(weeks=4)),
    Age("over 12 weeks", timedelta(weeks=12)),
)
MOST_TEAMS = 30


class OpenTickets(NamedTuple):
    """How many open tickets are in one range of ages."""

    label: str
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls


def backlog(
    organization: Organization | None, team: str | None = None, on_platform: bool | None = None
) -> list[OpenTickets]:
    """An organization's tickets that are open now, whenever it was opened, the youngest first; one query."""
    now = timezone.now()
    rows = Ticket.objects.order_by().filter(organization=organization, resolution_hours=None)
    rows = rows if team is None else rows.filter(team=team)
    rows = rows if on_platform is None else rows.filter(on_platform=on_platform)
    older = {
        f"from_{place}": Count("opened_at", filter=Q(opened_at__lte=now - age.from_age))
        for place, age in enumerate(AGES)
    }
    counts = [*rows.aggregate(**older).values(), 0]
    return [OpenTickets(age.label, counts[place] - counts[place + 1]) for place, age in enumerate(AGES)]


def by_team(selection: Selection) -> dict[tuple[str, str], int]:
    """Tickets of a window by (team, type), of the teams with the most; two queries."""
    largest = selection.rows.values("team").annotate(count=Count("*")).order_by("-count", "team")[:MOST_TEAMS]
    teams = [row["team"] for row in largest]
    counted = selection.rows.filter(team__in=teams).values_list("team", "type").annotate(count=Count("*"))
    return {(team, kind): count for team, kind, count in counted}
