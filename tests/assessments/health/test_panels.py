"""What assessments show on the page of a team."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from assessments.health.actions.answers import answer_for_team
from assessments.health.actions.assessments import begin_assessment
from assessments.health.panels import of_team
from assessments.models import TeamAnswer
from assessments.organizations.actions import add_organization
from platform_site.access import SYSTEM, Actor, Role
from platform_site.people.actions.teams import create_team

CORA = Actor("cora", frozenset({Role.CONTRIBUTOR}), frozenset({"planning"}))
BASIC = ("artifact_store", "model_registry")


def test_a_team_shows_the_level_that_its_answers_add_up_to(draft, organization, django_assert_num_queries):
    team = create_team(slug="planning", name="Planning", organization=organization, actor=SYSTEM)
    assert of_team(HttpRequest(), team)["glance"][0].value == "–"
    answers = [{"capability": name, "status": "partial", "note": ""} for name in BASIC]
    answer_for_team(draft, team="planning", answers=answers, actor=CORA)
    assert of_team(HttpRequest(), team)["glance"][0].value == "0"
    answer_for_team(draft, team="planning", answers=[row | {"status": "implemented"} for row in answers], actor=CORA)
    with django_assert_num_queries(1):
        (figure,) = of_team(HttpRequest(), team)["glance"]
    assert (figure.value, figure.url) == ("0+", f"/assessments/{draft.pk}/answers/")
    assert figure.note == "Level 0+ — Basic Registry, from 2 answers."


def test_answers_about_another_organization_are_not_a_teams_own(draft, organization, lea):
    team = create_team(slug="planning", name="Planning", organization=organization, actor=SYSTEM)
    answer_for_team(draft, team="planning", answers=[{"capability": "lineage", "status": "partial"}], actor=CORA)
    other = add_organization(slug="harbor", name="Harbor", actor=lea)
    theirs = begin_assessment(
        other, assessed_on=date(2026, 11, 3), model_count=1, team_count=1,
        items=[{"capability": name, "status": "missing"} for name in BASIC], actor=lea,
    )  # fmt: skip
    TeamAnswer.objects.create(
        assessment=theirs, team=team, capability=theirs.items.first().capability, status="implemented",
        answered_by="eve", answered_at=theirs.created_at,
    )  # fmt: skip
    assert of_team(HttpRequest(), team)["glance"][0].url == f"/assessments/{draft.pk}/answers/"
