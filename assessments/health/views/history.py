"""An organization over time, and any two assessments side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from assessments.health.charts import scores
from assessments.health.queries import assessments
from assessments.health.queries.compared_pair import get_pair
from assessments.health.queries.matrix import matrix_of
from assessments.health.queries.rubrics import rubrics_of
from assessments.health.queries.targets import target_shown
from assessments.health.rules.comparison import changes
from assessments.health.views import tables
from assessments.organizations.queries import get_organization
from platform_site.access import can_assess
from platform_site.pages import actor, page_of, page_or_csv

PER_PAGE = 25


@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """Score and levels over time, with the capabilities that changed."""
    subject = get_organization(slug)
    points = assessments.history_of(subject)
    target = target_shown(subject, points)
    chart = scores.scores(points, target)
    context = {
        "organization": subject,
        "may_assess": can_assess(actor(request)),
        "points": points[::-1],
        "first": points[0].assessment.pk if points else None,
        "page_obj": page_of(request, points[::-1], per_page=PER_PAGE),
        "target": target,
        "chart": chart,
    }
    return page_or_csv(
        request, "assessments/organizations/organization.html", context, [chart, tables.changes_of(points)]
    )


@require_safe
def matrix(request: HttpRequest, slug: str) -> HttpResponse:
    """Each capability's status at each published assessment, judged by the levels that `?rubric=` names."""
    subject = get_organization(slug)
    shown = matrix_of(subject, request.GET.get("rubric", ""))
    context = {"organization": subject, "matrix": shown, "versions": list(rubrics_of(subject))}
    return page_or_csv(request, "assessments/organizations/matrix.html", context, [tables.matrix_table(shown)])


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two assessments, capability by capability."""
    base, head = get_pair(request.GET)
    context = {
        "base": base,
        "head": head,
        "base_summary": assessments.summary_of(base),
        "head_summary": assessments.summary_of(head),
        "moves": (moves := changes(assessments.statuses_of(base), assessments.statuses_of(head))),
    }
    return page_or_csv(request, "assessments/health/compare.html", context, [tables.moves_table(moves)])
