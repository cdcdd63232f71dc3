"""An organization's strategy as a page for a meeting, and the forms for its decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from assessments.models import Organization
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import get_organization
from assessments.organizations.views import of_one_organization
from assessments.strategy.actions.strategy import decide_strategy
from assessments.strategy.forms import RecoveryForm, RehearsalForm, SourcingForm
from assessments.strategy.queries.strategy import get_recovery, get_sourcing, strategy_of
from assessments.strategy.rules.markdown import as_markdown
from assessments.strategy.rules.operating_model import PLATFORM_OWNS, TEAMS_OWN
from assessments.strategy.views.tables import tables
from assessments.strategy.views.triggers import VERDICTS
from platform_site.access import can_assess, require
from platform_site.pages import Panel, actor, page_or_csv, panel_context

PARTS = {
    "plan": "Plan",
    "sourcing": "Build or buy",
    "team": "Team",
    "recovery": "Recovery",
    "readiness": "Rebuilding",
    "facts": "Facts",
    "all": "All on one page",
}


@require_safe
@of_one_organization
def strategy_now(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """The strategy of the organization that the person looked at last; without any, the way to the first one."""
    if organization is None:
        return render(request, "assessments/strategy/none.html", {"may_assess": can_assess(actor(request))})
    return redirect("assessments:strategy", organization.slug)


@require_safe
def strategy(request: HttpRequest, slug: str, panels: Iterable[Panel] = ()) -> HttpResponse:
    """Everything that the rules advise, with the decisions that differ."""
    advice = strategy_of(get_organization(slug))
    part = request.GET.get("part", "plan")
    context = {
        "part": part if part in PARTS else "plan",
        "parts": list(PARTS.items()),
        "strategy": advice,
        "organization": advice.organization,
        "verdict": VERDICTS[advice.evaluation.verdict],
        "platform_owns": PLATFORM_OWNS,
        "teams_own": TEAMS_OWN,
        "may_assess": can_assess(actor(request)),
    }
    context |= panel_context(panels, request, advice.organization)
    return page_or_csv(request, "assessments/strategy/page.html", context, tables(advice))


@require_safe
def markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a Markdown file."""
    advice = strategy_of(get_organization(slug))
    name = {"Content-Disposition": f'attachment; filename="{slug}-strategy.md"'}
    text = as_markdown(advice, verdict=VERDICTS[advice.evaluation.verdict])
    return HttpResponse(text, content_type="text/markdown; charset=utf-8", headers=name)


@require_http_methods(["GET", "HEAD", "POST"])
def sourcing(request: HttpRequest, slug: str, place: int) -> HttpResponse:
    """Decide where a group comes from; ``place`` counts the groups from 1."""
    organization = get_organization(slug)
    row = get_sourcing(organization, place)
    form = SourcingForm(
        request.POST or None,
        instance=row.decision,
        initial={"choice": row.choice, "own_part": row.own_part},
        organization=organization,
        about=row.group,
        actor=actor(request),
    )
    proposed = f"{row.proposal.why.sentence} {row.proposal.why.rule}"
    return _decide(request, form, f"Where {row.group} comes from", proposed, bool(row.decision))


@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: HttpRequest, slug: str, capability: str) -> HttpResponse:
    """Decide who should run a capability."""
    organization = get_organization(slug)
    row = get_recovery(organization, capability)
    form = RecoveryForm(
        request.POST or None,
        instance=row.decision,
        initial={"keeper": row.keeper},
        organization=organization,
        about=capability,
        actor=actor(request),
    )
    return _decide(request, form, f"Who should run {capability}", row.proposal.why, bool(row.decision))


@require_http_methods(["GET", "HEAD", "POST"])
def rehearse(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a rehearsal."""
    require(can_assess(actor(request)), ONLY_LEADS)
    organization = get_organization(slug)
    form = RehearsalForm(request.POST or None, organization=organization, actor=actor(request))
    if request.method == "POST" and form.is_valid() and form.submit():
        messages.success(request, "Rehearsal recorded.")
        return _to("readiness", slug)
    lead = "Give a newcomer the registry and nothing else, and measure how long rebuilding takes."
    return _form(request, form, "Record a rehearsal", lead)


def _decide(request: HttpRequest, form: Any, title: str, proposed: str, decided: bool) -> HttpResponse:
    require(can_assess(actor(request)), ONLY_LEADS)
    slug = form.organization.slug
    if request.method == "POST" and "withdraw" in request.POST:
        decide_strategy(form.organization, **{form.part: {form.about: None}}, actor=form.actor)
        messages.success(request, f"Decision removed: the proposal for {form.about} applies again.")
        return _to(form.part, slug)
    if request.method == "POST" and form.is_valid() and form.submit():
        messages.success(request, f"Decision for {form.about} saved. The proposal stays visible beside it.")
        return _to(form.part, slug)
    return _form(request, form, title, f"Proposed because: {proposed}", decided)


def _to(part: str, slug: str) -> HttpResponse:
    return redirect(f"{reverse('assessments:strategy', args=[slug])}?part={part}")


def _form(request: HttpRequest, form: Any, title: str, lead: str, decided: bool = False) -> HttpResponse:
    context = {"form": form, "organization": form.organization, "title": title, "lead": lead, "decided": decided}
    return render(request, "assessments/strategy/form.html", context, status=422 if form.errors else 200)
