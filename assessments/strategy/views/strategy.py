"""An organization's strategy as a page to take into a meeting, and the forms of what can be decided in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import get_organization
from assessments.strategy.actions.strategy import decide_strategy
from assessments.strategy.forms import RecoveryForm, RehearsalForm, SourcingForm
from assessments.strategy.queries.strategy import proposal_for, recovered, strategy_of
from assessments.strategy.rules.markdown import as_markdown
from assessments.strategy.rules.operating_model import PLATFORM_OWNS, TEAMS_OWN
from assessments.strategy.views.triggers import VERDICTS
from platform_site.access import can_assess, require
from platform_site.pages import actor


@require_safe
def strategy(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that the rules advise, with what was decided beside it."""
    found = strategy_of(get_organization(slug))
    context = {
        "strategy": found,
        "organization": found.organization,
        "verdict": VERDICTS[found.evaluation.verdict],
        "platform_owns": PLATFORM_OWNS,
        "teams_own": TEAMS_OWN,
        "may_assess": can_assess(actor(request)),
    }
    return render(request, "assessments/strategy/page.html", context)


@require_safe
def markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a Markdown file."""
    found = strategy_of(get_organization(slug))
    name = {"Content-Disposition": f'attachment; filename="{slug}-strategy.md"'}
    text = as_markdown(found, verdict=VERDICTS[found.evaluation.verdict])
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=name)


@require_http_methods(["GET", "HEAD", "POST"])
def sourcing(request: HttpRequest, slug: str, place: int) -> HttpResponse:
    """Decide where a group comes from; ``place`` counts the groups from 1."""
    found = get_organization(slug)
    row = proposal_for(found, place)
    form = SourcingForm(
        request.POST or None,
        instance=row.decision,
        initial={"choice": row.choice, "own_part": row.own_part},
        organization=found,
        about=row.group,
        actor=actor(request),
    )
    return _decide(request, form, f"Where {row.group} comes from", row.proposal.why.sentence, bool(row.decision))


@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: HttpRequest, slug: str, capability: str) -> HttpResponse:
    """Decide who should run a capability."""
    found = get_organization(slug)
    row = recovered(found, capability)
    form = RecoveryForm(
        request.POST or None,
        instance=row.decision,
        initial={"keeper": row.keeper},
        organization=found,
        about=capability,
        actor=actor(request),
    )
    return _decide(request, form, f"Who should run {capability}", row.proposal.why, bool(row.decision))


@require_http_methods(["GET", "HEAD", "POST"])
def rehearse(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a rehearsal."""
    require(can_assess(actor(request)), ONLY_LEADS)
    found = get_organization(slug)
    form = RehearsalForm(request.POST or None, organization=found, actor=actor(request))
    if request.method == "POST" and form.is_valid() and form.submit():
        messages.success(request, "The rehearsal is on record.")
        return redirect("assessments:strategy", slug)
    lead = "Give a newcomer the registry and nothing else, and take the time."
    return _form(request, form, "Record a rehearsal", lead)


def _decide(request: HttpRequest, form: Any, title: str, proposed: str, decided: bool) -> HttpResponse:
    require(can_assess(actor(request)), ONLY_LEADS)
    slug = form.organization.slug
    if request.method == "POST" and "withdraw" in request.POST:
        decide_strategy(form.organization, **{form.part: {form.about: None}}, actor=form.actor)
        messages.success(request, f"{form.about}: the proposal stands again.")
        return redirect("assessments:strategy", slug)
    if request.method == "POST" and form.is_valid() and form.submit():
        messages.success(request, f"{form.about}: your decision is kept beside the proposal.")
        return redirect("assessments:strategy", slug)
    return _form(request, form, title, f"Proposed because: {proposed}", decided)


def _form(request: HttpRequest, form: Any, title: str, lead: str, decided: bool = False) -> HttpResponse:
    context = {"form": form, "organization": form.organization, "title": title, "told": lead, "decided": decided}
    return render(request, "assessments/strategy/form.html", context, status=422 if form.errors else 200)
