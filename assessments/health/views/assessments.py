"""The list of assessments, and each as a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from assessments.health.charts import groups
from assessments.health.queries import assessments
from assessments.health.queries.evidence import AssessmentShown, evidence_of
from assessments.health.queries.known import known_of
from assessments.health.queries.reports import KINDS, PlanOf, report_file
from assessments.health.rules import maturity
from assessments.health.rules.scoring import GroupScore
from assessments.health.views import tables
from assessments.models import Assessment, AssessmentItem, Organization
from assessments.organizations.queries import get_assessment, list_assessments
from assessments.organizations.views import of_one_organization
from platform_site.access import can_assess
from platform_site.documents.files import KIND_TITLES, download
from platform_site.pages import Panel, actor, page_of, page_or_csv, panel_context


@require_safe
@of_one_organization
def assessment_list(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """An organization's assessments with their scores and levels, newest first."""
    listed_rows = assessments.with_corrections(list_assessments().filter(organization=organization))
    page = page_of(request, listed_rows)
    rows = [(listed, assessments.summary_of(listed)) for listed in page]
    may_assess = can_assess(actor(request))
    context = {"page_obj": page, "rows": rows, "may_assess": may_assess, "organization": organization}
    return page_or_csv(request, "assessments/health/assessments.html", context, [tables.assessments_table(listed_rows)])


@require_safe
def assessment(request: HttpRequest, pk: int, panels: Iterable[Panel] = ()) -> HttpResponse:
    """One assessment as a report."""
    current = get_assessment(pk)
    evidence = evidence_of(current)
    known = known_of(current.organization, evidence)
    summary = assessments.summary_of(current, known)
    context = {
        "assessment": current,
        "may_assess": can_assess(actor(request)),
        "corrected_by": (correction := assessments.correction_of(current)),
        "may_correct": current.is_published and correction is None and can_assess(actor(request)),
        "kinds": {kind: KIND_TITLES[kind] for kind in KINDS},
        "summary": summary,
        "exempt": known.exempt,
        "groups": (chart := groups.groups(summary.by_group)),
        "evidence": evidence,
        "may_take_over": not current.is_published and can_assess(actor(request)),
        "ladder": maturity.ladder([item.as_item for item in current.items.all()], current.levels),
        "by_group": _by_group(current, summary.by_group),
    }
    context |= panel_context(panels, request, AssessmentShown(current, evidence))
    return page_or_csv(request, "assessments/health/assessment.html", context, [chart, tables.evidence_table(evidence)])


@require_safe
def report(request: HttpRequest, pk: int, kind: str, plan_of: PlanOf) -> HttpResponse:
    """The report as a file, with the plan that strategy makes of it."""
    return download(report_file(get_assessment(pk), kind, plan_of))


def _by_group(assessment: Assessment, scores: Sequence[GroupScore]) -> list[tuple[GroupScore, list[AssessmentItem]]]:
    """Each group's score with the items of its capabilities."""
    items = list(assessment.items.all())
    return [(score, [item for item in items if item.capability.group == score.group]) for score in scores]
