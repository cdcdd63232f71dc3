"""What tickets show on the page of a team."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from assessments.models import Ticket
from assessments.organizations.scope import in_address, of_team_only
from platform_site.pages import Figure, address_of
from platform_site.people.models import Team


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """How many tickets a team opened that are open still, in its own organization; one query."""
    rows = of_team_only(Ticket.objects.filter(team=team.slug, resolution_hours=None), team)
    count = rows.count()
    address = address_of("assessments:ticket_list", {"team": team.slug, "open": "on"} | in_address(team))
    return {"glance": [Figure("Open tickets", count, address if count else "")]}
