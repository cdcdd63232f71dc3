"""What people ask of the apps above them, answered by these."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM
from platform_site.people.actions.teams import change_team, create_team
from platform_site.people.signals import policy_teams, team_changed


@pytest.mark.django_db
def test_the_registry_says_which_teams_own_a_policy():
    assert [receiver.__module__ for receiver, _ in policy_teams.send(None)] == ["registry.versions.queries.policies"]


@pytest.mark.django_db
def test_a_change_of_a_team_is_sent_with_every_name_that_it_had():
    heard = []

    def listen(sender, *, team, names, **_):
        heard.append((team.slug, set(names)))

    team_changed.connect(listen)
    try:
        team = create_team(slug="risk", name="Risk", actor=SYSTEM)
        change_team(team, name="Risk Models", actor=SYSTEM)
    finally:
        team_changed.disconnect(listen)
    assert heard[-1][0] == "risk"
    assert {"risk", "Risk", "Risk Models"} <= heard[-1][1]
