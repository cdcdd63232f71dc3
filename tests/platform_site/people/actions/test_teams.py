"""Teams are added and changed on record, by leads and administrators."""

from __future__ import annotations

from datetime import date

import pytest

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from platform_site.people.actions import change_team, create_team
from platform_site.people.models import Team

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["", "Team", "1team", "-x", "team\n", "t" * 64, "forecasting", "tëam"])
def test_a_slug_that_is_malformed_or_taken_is_refused(people, slug):
    with pytest.raises(Invalid) as refused:
        create_team(slug=slug, name="A team", actor=SYSTEM)
    assert {fault.field for fault in refused.value.faults} == {"slug"}


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_team_needs_a_name_of_some_length(people, name):
    with pytest.raises(Invalid):
        create_team(slug="risk", name=name, actor=SYSTEM)
    with pytest.raises(Invalid):
        change_team(Team.objects.get(slug="forecasting"), name=name, on_platform=True, actor=SYSTEM)
    assert Team.objects.get(slug="forecasting").on_platform is None


@pytest.mark.parametrize("who", ["lead", "admin"])
def test_a_change_is_an_event_with_old_and_new_values(people, actor, who):
    team = create_team(slug="risk", name=" Risk ", actor=actor(who))
    assert (team.name, team.on_platform, team.onboarded_on) == ("Risk", None, None)
    change_team(team, name="Risk", on_platform=True, onboarded_on=date(2026, 10, 5), actor=actor(who))
    event = AuditEvent.objects.first()
    assert (event.actor, event.action, event.subject) == (who, "team.changed", "team:risk")
    assert event.content == {
        "on_platform": {"from": None, "to": True},
        "onboarded_on": {"from": None, "to": "2026-10-05"},
    }
    change_team(team, on_platform=None, onboarded_on=None, actor=actor(who))
    assert Team.objects.get(slug="risk").on_platform is None


def test_what_is_equal_already_is_no_event(people):
    team, events = Team.objects.get(slug="forecasting"), AuditEvent.objects.count()
    change_team(team, name="forecasting", on_platform=None, actor=SYSTEM)
    change_team(team, actor=SYSTEM)
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("who", ["viewer", "contributor", "approver"])
def test_nobody_else_adds_or_changes_a_team(people, actor, who):
    for attempt in (
        lambda: create_team(slug="risk", name="Risk", actor=actor(who)),
        lambda: change_team(Team.objects.get(slug="forecasting"), name="Ours", actor=actor(who)),
    ):
        with pytest.raises(NotAllowed, match="Only leads and administrators"):
            attempt()
