"""Teams assess themselves in the browser: the form of a team, everything that was answered, and using an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST

from assessments.health.actions.answers import OWN_TEAM_ALONE, answer_for_team, use_answer
from assessments.health.forms import AnswersForm
from assessments.health.queries.answers import get_answer, list_answers, standing_answers, teams_among
from assessments.health.views.editing import cell_context
from assessments.models import Assessment, TeamAnswer
from assessments.organizations.queries import get_assessment
from platform_site.access import can_answer_for, can_assess, require
from platform_site.pages import Table, act_and_redirect, actor, page_of, page_or_csv
from platform_site.people.models import Team
from platform_site.text.wording import label

COLUMNS = ["When", "Team", "Capability", "Status", "Note", "By"]


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """What teams answered about an assessment; a contributor answers for a team of theirs (`?team=`)."""
    assessment, reader = get_assessment(pk), actor(request)
    teams = [team for team in teams_among(assessment.organization, reader.teams) if can_answer_for(reader, team.slug)]
    requested = request.POST.get("team", request.GET.get("team", ""))
    team = next((team for team in teams if team.slug == requested), None if requested else next(iter(teams), None))
    require(request.method != "POST" or team is not None, OWN_TEAM_ALONE)
    form = _form(request, assessment, team)
    if request.method == "POST" and form is not None and team is not None and form.is_valid():
        stored = form.act(answer_for_team, assessment, team=team.slug, answers=form.answers(), actor=reader)
        if stored is not None:
            messages.success(request, f"Answers of {team.name} saved. The lead sees them beside the form.")
            return redirect(f"{request.path}?team={team.slug}")
    rows = list_answers(assessment)
    context = {
        "assessment": assessment,
        "teams": teams,
        "team": team,
        "form": form,
        "page_obj": page_of(request, rows),
        "may_assess": can_assess(reader),
    }
    if form is not None and form.errors:
        return render(request, "assessments/health/answers/page.html", context, status=422)
    return page_or_csv(
        request, "assessments/health/answers/page.html", context, [Table("answers", COLUMNS, _cells(rows))]
    )


def _cells(rows: QuerySet[TeamAnswer]) -> Iterator[list[Any]]:
    for row in rows:
        yield [row.answered_at, row.team.name, row.capability.name, label(row.status), row.note, row.answered_by]


@require_POST
def use(request: HttpRequest, pk: int, answer: int) -> HttpResponse:
    """Set a capability of a draft to what a team answered; the form of a draft gets that capability's part of it again."""
    if request.headers.get("HX-Request"):
        item = use_answer(get_answer(pk, answer), actor=actor(request))
        return render(request, "assessments/health/grid/cell_taken_over.html", cell_context(item))
    return act_and_redirect(
        request,
        lambda: use_answer(get_answer(pk, answer), actor=actor(request)),
        done=lambda item: f"{item.capability.name} is now set to {item.status}, as the team answered.",
        to=resolve_url("assessments:edit", pk),
    )


def _form(request: HttpRequest, assessment: Assessment, team: Team | None) -> AnswersForm | None:
    """The form of a draft for a team, with what the team said until now."""
    if team is None or assessment.is_published:
        return None
    standing = standing_answers(assessment).filter(team=team)
    return AnswersForm(request.POST or None, items=list(assessment.items.all()), standing=list(standing))
