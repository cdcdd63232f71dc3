"""What tickets show on the page of a team."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest

from assessments.models import Ticket
from assessments.organizations.actions import add_organization
from assessments.tickets.actions.tickets import record_ticket
from assessments.tickets.panels import of_team
from platform_site.access import SYSTEM
from platform_site.people.actions.teams import create_team
from platform_site.people.models import Team


def test_a_team_shows_its_open_tickets_in_its_own_organization(organization):
    other = add_organization(slug="harbor", name="Harbor", actor=SYSTEM)
    team = create_team(slug="planning", name="Planning", organization=organization, actor=SYSTEM)
    fields = {"source": "jira", "opened_at": datetime(2026, 5, 4, tzinfo=UTC), "actor": SYSTEM, "team": "planning"}
    for number in range(3):
        record_ticket(**fields, external_id=f"OPS-{number}", title="GPU quota", organization=organization)
    Ticket.objects.filter(external_id="OPS-1").update(organization=other)
    (figure,) = of_team(HttpRequest(), team)["glance"]
    assert (figure.value, figure.url) == (2, "/tickets/list/?team=planning&open=on&organization=exampleco")
    team.organization = None
    assert of_team(HttpRequest(), team)["glance"][0].value == 3, "a team of no organization is in all of them"
    assert of_team(HttpRequest(), Team(slug="idle"))["glance"][0] == ("Open tickets", 0, "", "")
