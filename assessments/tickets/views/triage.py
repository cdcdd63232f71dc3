"""What the tickets cost, and what would halve the hours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Organization
from assessments.organizations.queries import get_assessment, list_assessments
from assessments.organizations.views import of_one_organization
from assessments.tickets import charts
from assessments.tickets.actions.plans import make_plan
from assessments.tickets.forms import SimulatorForm, TriageForm
from assessments.tickets.queries import campaigns
from assessments.tickets.queries import plans as triage_plans
from assessments.tickets.queries.backlog import backlog, by_team
from assessments.tickets.queries.labelling import samples
from assessments.tickets.queries.tickets import teams_with_tickets
from assessments.tickets.queries.triage import Triage, selection_of, triage_of
from assessments.tickets.rules.halving import halving
from assessments.tickets.rules.simulator import simulate
from platform_site.access import can_assess
from platform_site.pages import Table, Tabular, act_and_redirect, actor, page_or_csv

SHOWN = 10
PLAN_COLUMNS = [
    "Type", "Tickets a week before", "Planned", "Since", "Hours a week before", "Planned", "Since", "As planned",
]  # fmt: skip
AS_PLANNED = {True: "yes", False: "not yet", None: "too early"}


@require_safe
@of_one_organization
def triage(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """The triage of a window: what takes the hours, what would halve them, and the charts behind that."""
    form = TriageForm(request.GET or None, teams=teams_with_tickets(organization))
    selection = form.selection() if form.is_bound else TriageForm({}, teams=[]).selection()
    current = triage_of(organization, **selection, with_titles=True)
    running = campaigns.running(organization)
    columns, rows = charts.team_heat(by_team(selection_of(organization, **selection)))
    figures = (
        charts.engineering_hours(current.by_type),
        charts.weekly(current.weeks),
        charts.resolution(current.by_type),
        charts.backlog(backlog(organization, selection["team"], selection["on_platform"])),
    )
    context = {
        "form": form,
        "triage": current,
        "halving": halving(current.volumes()),
        "figures": {chart.id: chart for chart in figures},
        "hours_note": f"and {current.hours.estimated_hours:,.0f} estimated"
        if current.hours.estimated_hours
        else "all of them",
        "top_titles": (titles := top_titles(current)),
        "heat_columns": columns,
        "heat_rows": rows,
        "samples": samples(organization),
        "running": campaigns.progress_of(running) if running else None,
        "may_remove": can_assess(actor(request)),
    }
    tables: list[Tabular] = [
        *figures,
        Table("teams", ["Team", *columns], charts.heat_cells(rows)),
        Table("titles", ["Type", "Title", "Tickets"], titles),
    ]
    return page_or_csv(request, "assessments/tickets/triage.html", context, tables)


def top_titles(current: Triage) -> list[tuple[str, str, int]]:
    """The titles that come most often, as type, title and count: those of the type with the most hours first."""
    return [(figures.type, *group) for figures in current.by_type for group in current.titles.top(figures.type)]


@require_safe
@of_one_organization
def simulator(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """What would be left if a share of each type no longer arrived; the stored plans."""
    form = SimulatorForm(request.GET)
    current, reductions, ceilings = triage_of(organization, **form.window()), form.reductions(), form.ceilings()
    context = {
        "form": form,
        "triage": current,
        "volumes": [(volume, reductions[volume.type]) for volume in current.volumes()],
        "simulation": simulate(current.volumes(), reductions, ceilings),
        "halving": halving(current.volumes(), ceilings),
        "pulled": any(reductions.values()),
        "assessments": list_assessments().filter(organization=organization)[:SHOWN],
        "plans": triage_plans.plans(organization)[:SHOWN],
        "may_assess": can_assess(actor(request)),
    }
    return render(request, "assessments/tickets/halving/simulator.html", context)


@require_POST
def keep_plan(request: HttpRequest) -> HttpResponse:
    """Store what the simulator shows as the plan of an assessment."""
    form = SimulatorForm(request.POST)
    number = request.POST.get("assessment", "")
    assessment = get_assessment(int(number) if number.isdecimal() and len(number) < 10 else 0)
    return act_and_redirect(
        request,
        lambda: make_plan(assessment, reductions=form.reductions(), **form.window(), actor=actor(request)),
        done="The plan is stored; this page will compare it with what happens.",
        to=lambda plan: resolve_url("assessments:triage_plan", plan.pk),
        on_refusal="assessments:simulator",
    )


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan compared with what happened since."""
    outcome = triage_plans.outcome(triage_plans.plan(pk))
    table = Table("lines", PLAN_COLUMNS, ([*line, AS_PLANNED[line.as_planned]] for line in outcome.lines))
    return page_or_csv(request, "assessments/tickets/halving/plan.html", {"outcome": outcome}, [table])
