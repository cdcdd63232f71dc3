"""Whether an organization needs a platform, and because of what."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments.organizations.queries import get_organization
from assessments.strategy.actions.triggers import keep_evaluation
from assessments.strategy.queries.triggers import evaluations_of, known_facts, standing
from platform_site.access import can_assess
from platform_site.pages import actor

SHOWN = 20
VERDICTS = {
    "not_yet": "No platform yet: keep MLOps in each project, in a form that can grow.",
    "phase_1": "Phase 1 is justified.",
    "urgent": "Waiting costs more every month than building.",
}


@require_safe
def triggers(request: HttpRequest, slug: str) -> HttpResponse:
    """The five conditions now, what moved since they were last kept, and what was kept."""
    found = get_organization(slug)
    context = {
        "organization": found,
        "standing": (now := standing(found)),
        "facts": known_facts(now.facts),
        "verdict": VERDICTS[now.now.verdict],
        "kept": evaluations_of(found)[:SHOWN],
        "may_assess": can_assess(actor(request)),
    }
    return render(request, "assessments/strategy/triggers.html", context)


@require_POST
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the evaluation as it is now."""
    keep_evaluation(get_organization(slug), actor=actor(request))
    messages.success(request, "Kept: the next evaluation tells what moved since.")
    return redirect("assessments:triggers", slug)
