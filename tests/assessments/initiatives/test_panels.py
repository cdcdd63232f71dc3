"""What initiatives show on pages of lower floors."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import RequestFactory

from assessments.initiatives.actions.initiatives import propose_initiative
from assessments.initiatives.panels import of_organization, of_team
from assessments.models import Initiative
from assessments.organizations.actions import add_organization
from platform_site.access import SYSTEM
from platform_site.people.actions.teams import create_team


@pytest.mark.parametrize(("who", "may"), [("lead", True), ("viewer", False)])
def test_who_works_on_a_gap_and_who_may_propose(organization, people, lea, who, may):
    rollback = propose_initiative(
        organization, title="Rollback", capabilities=["deployment_rollback"], target="implemented", actor=lea
    )
    request = RequestFactory().get("/")
    request.user = people[who]
    assert of_organization(request, organization) == {
        "initiatives": {"deployment_rollback": [rollback]},
        "may_propose": may,
    }
    Initiative.objects.update(state="dropped", reason="Bought.")
    assert of_organization(request, organization)["initiatives"] == {}


def test_a_team_shows_its_open_initiatives_in_its_own_organization(organization, lea):
    other = add_organization(slug="harbor", name="Harbor", actor=lea)
    team = create_team(slug="planning", name="Planning", organization=organization, actor=SYSTEM)
    gap = {"capabilities": ["lineage"], "target": "implemented", "owner": "team:planning", "actor": lea}
    propose_initiative(organization, title="Lineage", due_on=date(2026, 1, 5), **gap)
    theirs = propose_initiative(organization, title="Theirs", **gap)
    Initiative.objects.filter(pk=theirs.pk).update(organization=other)
    (figure,) = of_team(RequestFactory().get("/"), team)["glance"]
    assert (figure.value, figure.note) == (1, "1 of them past the day they were due.")
    assert figure.url == "/initiatives/?owner=team%3Aplanning&organization=exampleco"
