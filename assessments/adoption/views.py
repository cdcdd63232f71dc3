"""Whether teams use the platform, how fast it ships, and the diagnosis."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.adoption import charts
from assessments.adoption.actions import remove_samples
from assessments.adoption.queries import adoption_now
from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from platform_site.access import can_assess
from platform_site.pages import actor


@require_safe
@of_one_organization
def overview(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Adoption, velocity and the diagnosis on one page."""
    adoption = adoption_now(organization)
    context = {
        "adoption": adoption,
        "figures": [
            charts.active_teams(adoption.active, adoption.full_months, adoption.teams_falling),
            charts.new_projects(adoption.projects, adoption.projects_falling),
            charts.release_weeks(adoption.releases, adoption.years),
        ],
        "covered": charts.coverage_words(adoption.coverage),
        "in_time": charts.in_time_words(adoption.first_successes),
        "may_remove": can_assess(actor(request)),
    }
    return render(request, "assessments/adoption/page.html", context)


@require_POST
@of_one_organization
def remove(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Remove every sample."""
    removed = remove_samples(organization, actor=actor(request))
    messages.success(request, f"{removed:,} samples were removed; what was reported stays.")
    return redirect("assessments:adoption")
