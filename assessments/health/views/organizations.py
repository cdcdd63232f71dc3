"""Organizations side by side, and the levels of each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments.health.actions.rubrics import make_rubric
from assessments.health.charts import groups as health
from assessments.health.forms import RubricForm
from assessments.health.queries import assessments
from assessments.health.queries.exemptions import exempt_by_organization
from assessments.health.queries.rubrics import newest_rubric, rubrics_of
from assessments.health.rules import maturity
from assessments.health.rules.recommendations import Known
from assessments.health.views import tables
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import current_assessments, get_organization, list_organizations
from assessments.organizations.scope import unassigned
from platform_site.access import can_assess, require
from platform_site.pages import actor, page_or_csv
from platform_site.text.wording import counted


@require_safe
def organization_list(request: HttpRequest) -> HttpResponse:
    """Every organization with its newest score and level, and all as a heat map."""
    organizations = list(list_organizations())
    exempt = exempt_by_organization(organizations)
    latest = {
        row.organization_id: (row, assessments.summary_of(row, Known(exempt=exempt.get(row.organization_id, {}))))
        for row in current_assessments().order_by("organization__name")
    }
    scored = [(assessment.organization.name, summary.by_group) for assessment, summary in latest.values()]
    groups, rows = health.heat_map(scored)
    listed = [(organization, *latest.get(organization.pk, (None, None))) for organization in organizations]
    context = {
        "organizations": listed,
        "columns": groups,
        "sentence": health.heat_sentence(scored),
        "rows": rows,
        "unassigned": [counted(count, noun) for noun, count in unassigned().items()],
        "may_assess": can_assess(actor(request)),
    }
    shown = [tables.organizations_table(listed), tables.heat_table(groups, rows)]
    return page_or_csv(request, "assessments/organizations/list.html", context, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def levels(request: HttpRequest, slug: str) -> HttpResponse:
    """The levels that judge an organization's assessments, version by version; a lead sets the next ones."""
    organization, may_assess = get_organization(slug), can_assess(actor(request))
    rubric = newest_rubric(organization)
    form = RubricForm(request.POST or None, organization=organization, rubric=rubric)
    if request.method == "POST":
        require(may_assess, ONLY_LEADS)
        if form.is_valid() and (
            version := form.act(make_rubric, organization, **form.arguments(), actor=actor(request))
        ):
            messages.success(request, f"Version {version.number} saved. It judges assessments begun from now on.")
            return redirect("assessments:levels", slug)
    context = {
        "organization": organization,
        "rubric": rubric,
        "ladder": maturity.ladder([], rubric.levels if rubric else maturity.LEVELS),
        "versions": list(rubrics_of(organization)),
        "form": form if may_assess else None,
    }
    return render(request, "assessments/health/levels.html", context, status=422 if form.errors else 200)
