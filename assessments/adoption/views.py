"""Whether teams come, how fast the platform ships, and what that says."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.adoption import charts as charts
from assessments.adoption.actions import remove_samples
from assessments.adoption.queries import Adoption, adoption_now
from platform_site.access import can_assess
from platform_site.pages import actor


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Adoption, velocity and the diagnosis on one page."""
    found = adoption_now()
    context = {
        "adoption": found,
        "figures": figures_of(found),
        "covered": charts.coverage_words(found.coverage),
        "in_time": charts.in_time_words(found.first_successes),
        "may_remove": can_assess(actor(request)),
    }
    return render(request, "assessments/adoption/page.html", context)


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take every sample away."""
    gone = remove_samples(actor=actor(request))
    messages.success(request, f"{gone:,} samples are gone; what was reported stays.")
    return redirect("assessments:adoption")


def figures_of(found: Adoption) -> list[dict[str, object]]:
    """The page's charts, each with its sentence and numbers."""
    return [
        {
            "id": "active-teams",
            "title": "Monthly active teams",
            "figure": charts.active_teams(found.active),
            "sentence": charts.active_sentence(found.full_months, found.teams_falling),
            "columns": charts.ACTIVE_COLUMNS,
            "rows": charts.active_rows(found.active),
        },
        {
            "id": "new-projects",
            "title": "New projects by month",
            "figure": charts.new_projects(found.projects),
            "sentence": charts.projects_sentence(found.projects, found.projects_falling),
            "columns": charts.PROJECT_COLUMNS,
            "rows": charts.project_rows(found.projects),
        },
        {
            "id": "release-weeks",
            "title": "Weeks to release",
            "figure": charts.release_weeks(found.releases, found.years),
            "sentence": charts.velocity_sentence(found.years),
            "columns": charts.RELEASE_COLUMNS,
            "rows": charts.release_rows(found.releases),
        },
    ]
