"""The dashboard: what needs the lead's attention today, from both apps."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.adoption.queries import adoption_now
from assessments.health.charts import groups
from assessments.health.queries.assessments import summary_of
from assessments.health.queries.evidence import evidence_of
from assessments.health.queries.exemptions import exempt_of
from assessments.health.rules.recommendations import Known
from assessments.models import Organization
from assessments.organizations.queries import current_assessment
from assessments.organizations.scope import unassigned
from assessments.organizations.views import of_one_organization
from assessments.strategy.queries.maturity import maturity_of
from assessments.tickets.queries.triage import triage_of
from assessments.tickets.rules.halving import halving
from platform_site.audit import queries as audit
from platform_site.people import queries as people
from platform_site.roof.workers import is_any_worker_alive
from registry.checks.queries import checks
from registry.features.queries import features
from registry.serving.queries import change_requests
from registry.versions.queries import gates, model_versions, overrides
from registry.versions.queries.headline import headline

SHOWN = 5


@require_safe
@of_one_organization
def dashboard(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Platform health and the registry, in a fixed number of queries."""
    context = {
        "headline": headline(),
        "decisions": gates.latest_decisions(SHOWN),
        "runs": checks.runs()[:SHOWN],
        "alerts": checks.open_alerts()[:SHOWN],
        "alert_count": checks.open_alerts().count(),
        "nobody_works": not is_any_worker_alive(),
        "waiting": overrides.waiting()[:SHOWN],
        "waiting_count": change_requests.waiting_count(),
        "in_force": overrides.in_force()[:SHOWN],
        "power_changes": people.power_changes(),
        "access_waiting": people.waiting_access_requests()[:SHOWN],
        "feature_count": features.features().count(),
        "model_count": model_versions.models().count(),
        "head": audit.head(),
        "adoption": adoption_now(organization, maturity=maturity_of(organization) if organization else None),
        "triage": (triage := triage_of(organization)),
        "halving": halving(triage.volumes()),
        "unassigned_count": sum(unassigned().values()) if organization else 0,
    }
    return render(request, "dashboard/page.html", context | _health(organization))


def _health(organization: Organization | None) -> dict[str, Any]:
    assessment = current_assessment(organization)
    if assessment is None:
        return {}
    exempt = exempt_of(assessment.organization)
    summary, evidence = summary_of(assessment, Known(exempt=exempt)), evidence_of(assessment)
    return {
        "assessment": assessment,
        "summary": summary,
        "contradictions": [line for line in evidence if line.contradicts],
        "measured_count": (measured := sum(bool(line.denominator) for line in evidence)),
        "measured_note": f"{measured} of {len(evidence)} were measured at publication",
        "groups": groups.groups(summary.by_group),
    }
