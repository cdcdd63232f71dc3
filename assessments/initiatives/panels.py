"""What initiatives show on pages of lower floors: who works on a gap already, and a link that makes one of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from assessments.health.queries.evidence import AssessmentShown
from assessments.initiatives.queries import list_initiatives, overdue, working_on
from assessments.initiatives.rules import OPEN
from assessments.models import Organization
from assessments.organizations.scope import in_address, of_team_only
from platform_site.access import can_propose_initiative
from platform_site.pages import Figure, actor, address_of
from platform_site.people.models import Team


def of_organization(request: HttpRequest, organization: Organization) -> dict[str, Any]:
    """The open initiatives by capability, and whether the reader may propose one."""
    return {"initiatives": working_on(organization), "may_propose": can_propose_initiative(actor(request))}


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """How many open initiatives a team owns in its own organization, and how many of them are late; two queries."""
    rows = of_team_only(list_initiatives().filter(owner_team=team, state__in=OPEN), team)
    count, late = rows.count(), overdue(rows).count()
    note = f"{late:,} of them past the day they were due." if late else ""
    address = address_of("assessments:initiatives", {"owner": f"team:{team.slug}"} | in_address(team))
    return {"glance": [Figure("Open initiatives", count, address, note)]}


def of_assessment(request: HttpRequest, shown: AssessmentShown) -> dict[str, Any]:
    """The same on the page of an assessment."""
    return of_organization(request, shown.assessment.organization)
