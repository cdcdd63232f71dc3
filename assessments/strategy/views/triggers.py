"""Whether an organization needs a platform, and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from assessments.organizations.queries import get_organization
from assessments.organizations.rules.facts import known_facts
from assessments.strategy.actions.triggers import record_evaluation
from assessments.strategy.queries.triggers import evaluations_of, trigger_status
from assessments.strategy.views.tables import conditions_table, facts_table, recorded_table
from platform_site.access import can_assess
from platform_site.pages import actor, page_or_csv

SHOWN = 20
VERDICTS = {
    "not_yet": "No platform yet: keep MLOps inside each project, built so that it can grow.",
    "phase_1": "Phase 1 is justified.",
    "urgent": "Waiting costs more every month than building.",
}


@require_safe
def triggers(request: HttpRequest, slug: str) -> HttpResponse:
    """The five conditions now, what changed since the last recorded evaluation, and the recorded evaluations."""
    organization = get_organization(slug)
    status = trigger_status(organization)
    context = {
        "organization": organization,
        "status": status,
        "facts": (facts := known_facts(status.facts)),
        "verdict": VERDICTS[status.evaluation.verdict],
        "recorded": (recorded := evaluations_of(organization)[:SHOWN]),
        "may_assess": can_assess(actor(request)),
    }
    tables = [conditions_table(status.evaluation), facts_table(facts), recorded_table(recorded)]
    return page_or_csv(request, "assessments/strategy/triggers.html", context, tables)


@require_POST
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Record the current evaluation."""
    record_evaluation(get_organization(slug), actor=actor(request))
    messages.success(request, "Evaluation recorded. The next one will show what changed since.")
    return redirect("assessments:triggers", slug)
