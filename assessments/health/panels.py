"""What assessments show on the page of a team."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import resolve_url

from assessments.health.queries.answers import answers_of_team
from assessments.health.rules.maturity import confirmed_level
from assessments.health.rules.scoring import Item
from platform_site.pages import Figure
from platform_site.people.models import Team


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """The level that the answers of a team about itself add up to, in the newest assessment that it answered; one query."""
    answers = answers_of_team(team)
    if not answers:
        return {"glance": [Figure("Self-assessment", "–", "", "The team has not answered about an assessment.")]}
    assessment = answers[0].assessment
    items = [Item(answer.capability.name, "", answer.status, notes=answer.note) for answer in answers]
    level = confirmed_level(items, assessment.levels)
    note = f"{level.label}, from {len(answers):,} answers."
    return {"glance": [Figure("Self-assessment", level.level, resolve_url("assessments:answers", assessment.pk), note)]}
