"""What the tickets cost, and what halves that."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from assessments.organizations.queries import get_assessment, latest_published, list_assessments
from assessments.tickets import charts as charts
from assessments.tickets.actions.plans import make_plan
from assessments.tickets.forms import SimulatorForm, TriageForm
from assessments.tickets.queries import plans as triage_plans
from assessments.tickets.queries.backlog import backlog, by_team
from assessments.tickets.queries.labelling import samples
from assessments.tickets.queries.tickets import teams_with_tickets
from assessments.tickets.queries.triage import Triage, asked_of, triage_of
from assessments.tickets.rules.halving import halving
from assessments.tickets.rules.simulator import simulate
from platform_site.access import can_assess
from platform_site.charts import Chart
from platform_site.pages import act_and_redirect, actor

SHOWN = 10


@require_safe
def triage(request: HttpRequest) -> HttpResponse:
    """The triage of a window: what eats the team, what halves it, and the charts behind that."""
    form = TriageForm(request.GET or None, teams=teams_with_tickets())
    asked = form.selection() if form.is_bound else TriageForm({}, teams=[]).selection()
    last = latest_published()
    found = triage_of(**asked, organization=last.organization if last else None)
    columns, rows = charts.team_heat(by_team(asked_of(**asked)))
    context = {
        "form": form,
        "triage": found,
        "halving": halving(found.volumes()),
        "figures": _figures(found, backlog(asked["team"], asked["on_platform"])),
        "heat_columns": columns,
        "heat_rows": rows,
        "samples": samples(),
        "may_remove": can_assess(actor(request)),
    }
    return render(request, "assessments/tickets/triage.html", context)


@require_safe
def simulator(request: HttpRequest) -> HttpResponse:
    """What is left of the tickets when shares of their types no longer arrive; plans that were kept."""
    form = SimulatorForm(request.GET)
    found, reductions = triage_of(**form.window()), form.reductions()
    context = {
        "form": form,
        "triage": found,
        "volumes": [(volume, reductions[volume.type]) for volume in found.volumes()],
        "simulation": simulate(found.volumes(), reductions),
        "halving": halving(found.volumes()),
        "pulled": any(reductions.values()),
        "assessments": list_assessments()[:SHOWN],
        "plans": triage_plans.plans()[:SHOWN],
        "may_assess": can_assess(actor(request)),
    }
    return render(request, "assessments/tickets/simulator.html", context)


@require_POST
def keep_plan(request: HttpRequest) -> HttpResponse:
    """Keep what the simulator shows as the plan of an assessment."""
    form = SimulatorForm(request.POST)
    number = request.POST.get("assessment", "")
    found = get_assessment(int(number) if number.isdecimal() and len(number) < 10 else 0)
    return act_and_redirect(
        request,
        lambda: make_plan(found, reductions=form.reductions(), **form.window(), actor=actor(request)),
        done="The plan is kept; this page tells later what came of it.",
        to=lambda plan: resolve_url("assessments:triage_plan", plan.pk),
        on_refusal="assessments:simulator",
    )


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan against what happened since."""
    return render(request, "assessments/tickets/plan.html", {"outcome": triage_plans.outcome(triage_plans.plan(pk))})


def _figures(found: Triage, waiting: list[Any]) -> dict[str, Chart]:
    """The page's charts by id."""
    of_types = found.by_type
    figures = (
        charts.engineering_hours(of_types),
        charts.weekly(found.weeks),
        charts.resolution(of_types),
        charts.backlog(waiting),
    )
    return {chart.id: chart for chart in figures}
