"""Whether teams use the platform, how fast it ships, and the diagnosis."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from assessments.adoption.actions import remove_samples
from assessments.adoption.charts import figures as charts
from assessments.adoption.charts.tables import tables
from assessments.adoption.queries import adoption_now
from assessments.adoption.queries.effects import served_releases
from assessments.adoption.rules.first_success import in_time_words
from assessments.adoption.rules.signals import Maturity
from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from platform_site.access import can_assess, can_report_adoption
from platform_site.pages import actor, page_or_csv


@require_safe
@of_one_organization
def overview(
    request: HttpRequest, organization: Organization | None, maturity_of: Callable[[Organization], Maturity | None]
) -> HttpResponse:
    """Adoption, velocity and the diagnosis on one page; each table as CSV too."""
    adoption = adoption_now(organization, maturity=maturity_of(organization) if organization else None)
    served, reader = served_releases(organization), actor(request)
    figures = [
        charts.active_teams(adoption.active, adoption.full_months, adoption.teams_falling, adoption.teams.count),
        charts.new_projects(adoption.projects, adoption.projects_falling),
        charts.release_weeks(adoption.releases, adoption.years),
    ]
    context = {
        "adoption": adoption,
        "served": served,
        "figures": figures,
        "of_teams": f"of {adoption.teams.count:,}" if adoption.teams.count else "",
        "covered": charts.coverage_words(adoption.coverage),
        "in_time": in_time_words(adoption.first_successes),
        "may_remove": can_assess(reader),
        "may_report": can_report_adoption(reader),
    }
    return page_or_csv(request, "assessments/adoption/page.html", context, [*figures, *tables(adoption, served)])


@require_POST
@of_one_organization
def remove(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Remove every sample."""
    removed = remove_samples(organization, actor=actor(request))
    messages.success(request, f"{removed:,} samples were removed; what was reported stays.")
    return redirect("assessments:adoption")
