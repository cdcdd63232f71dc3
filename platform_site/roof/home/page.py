"""The first page on a Monday: what changed since last week, what needs somebody, and how the platform stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.adoption.charts.figures import active_teams
from assessments.adoption.queries import adoption_now
from assessments.health.charts.groups import groups
from assessments.health.queries.assessments import history_of, summary_of
from assessments.health.queries.evidence import evidence_of
from assessments.health.queries.exemptions import exempt_of
from assessments.health.queries.health_alerts import unresolved_health_alerts
from assessments.health.rules.recommendations import Known
from assessments.initiatives.queries import needing
from assessments.models import Assessment, Organization
from assessments.organizations.queries import current_assessment
from assessments.organizations.scope import unassigned
from assessments.organizations.views import of_one_organization
from assessments.strategy.queries.maturity import maturity_of
from assessments.tickets.charts import engineering_hours
from assessments.tickets.queries.triage import triage_of
from assessments.tickets.rules.halving import halving
from platform_site.access import Actor, can_assess
from platform_site.pages import actor
from platform_site.people import queries as people
from platform_site.roof.home import needs, week
from platform_site.roof.home.first_steps import first_steps
from registry.checks.queries import checks
from registry.lineage.queries import observations
from registry.serving.queries import change_requests
from registry.versions.queries import gates, overrides
from registry.versions.queries.headline import blocked_now, headline_now, of_organization
from registry.versions.queries.model_list import blocked_models

SHOWN, OVERRIDES_SHOWN = 7, 2
NEEDED_FIRST = ("-closes_gate", "opened_at")  # of open alerts


class Registry(NamedTuple):
    """What the registry says today: figures for the tiles, and what of it needs somebody."""

    tiles: dict[str, Any]
    needs: list[needs.Need]


@require_safe
@of_one_organization
def home(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Platform health and the registry, in a fixed number of queries."""
    assessment = current_assessment(organization)
    registry = _registry(organization.pk if organization else None)
    of_people = _of_people(organization, actor(request))
    health, contradicted = _health(assessment) if assessment else ({}, [])
    every = needs.in_order([*registry.needs, *of_people, *contradicted])
    is_new = assessment is None or not registry.tiles["headline"].compares
    steps = first_steps(assessed=assessment is not None) if is_new else []
    context = {
        "assessment": assessment,
        "needs": every[:SHOWN],
        "needs_left_out": needs.more_of(every, SHOWN),
        "steps": steps,
        "is_empty": bool(steps) and not any(step.done for step in steps[2:]),
        "steps_done": sum(step.done for step in steps),
    }
    return render(request, "home/page.html", context | registry.tiles | health | _work(organization))


def _registry(organization_id: int | None) -> Registry:
    """Of an organization's models and those of teams without one."""
    since, whose = timezone.now() - week.WEEK, of_organization(organization_id)
    stand, alerts = headline_now(organization_id), checks.open_alerts().filter(whose)
    authors = blocked_now()[1]
    changed = {version.pk: authors[version.pk] for version in stand.blocked if version.pk in authors}
    waiting = change_requests.all_waiting().narrowed(organization_id)
    access = people.waiting_access_requests()[: needs.MOST_OF_A_KIND]
    requests = needs.approvals(waiting, access)
    oldest = list(alerts.order_by(*NEEDED_FIRST)[: needs.MOST_OF_A_KIND])
    opened, resolved = checks.alerts_since(since, whose)
    in_force = overrides.in_force().filter(of_organization(organization_id, "model_version__model"))
    excepted = list(in_force[: needs.MOST_OF_A_KIND])
    reported = observations.all_waiting().filter(of_organization(organization_id, "source_table"))
    tiles = {
        "headline": stand,
        "blocked_models": blocked_models(organization_id) if stand.blocked or stand.alerts else 0,
        "blocked_week": week.newly((author.at for author in changed.values()), since=since),
        "alert_count": len(oldest) if len(oldest) < needs.MOST_OF_A_KIND else alerts.count(),
        "alerts_week": f"{opened:,} opened, {resolved:,} ended in 7 days",
        "waiting_count": len(requests)
        if len(requests) < needs.MOST_OF_A_KIND
        else change_requests.waiting_count(organization_id),
        "waiting_week": week.newly((need.since for need in requests), since=since),
        "in_force": excepted[:OVERRIDES_SHOWN],
        "in_force_count": len(excepted) if len(excepted) < needs.MOST_OF_A_KIND else in_force.count(),
        "activity": week.activity(
            gates.decisions_since(since, of_organization(organization_id, "model_version__model")),
            checks.outcomes_since(since, organization_id),
        ),
    }
    return Registry(
        tiles,
        [
            *needs.blocks(stand.blocked, changed),
            *needs.alerts(oldest),
            *requests,
            *needs.observations(reported[: needs.MOST_OF_A_KIND]),
        ],
    )


def _of_people(organization: Organization | None, reader: Actor) -> list[needs.Need]:
    """What is late or due within a week (of everybody for whoever leads, else of the reader and their teams), what belongs
    to nobody, and who got which powers."""
    everybody = can_assess(reader)
    rows = needing(organization, reader.name, reader.teams, everybody=everybody) if organization else []
    return [
        *needs.health_alerts(unresolved_health_alerts(organization) if organization else []),
        *needs.initiatives(rows),
        *needs.unassigned(sum(unassigned().values()) if organization else 0),
        *needs.access_changes(people.power_changes(most=needs.MOST_OF_A_KIND)),
    ]


def _health(assessment: Assessment) -> tuple[dict[str, Any], list[needs.Need]]:
    """The score with its history, the eight groups, and what measurement contradicts."""
    summary = summary_of(assessment, Known(exempt=exempt_of(assessment.organization)))
    contradicted = [line for line in evidence_of(assessment) if line.contradicts]
    context = {
        "summary": summary,
        "score": week.score_of(history_of(assessment.organization)),
        "score_unit": f"% · {summary.confirmed.label.partition(' — ')[0]}",
        "groups": groups(summary.by_group),
    }
    return context, needs.contradictions(contradicted, assessment)


def _work(organization: Organization | None) -> dict[str, Any]:
    """What the tickets cost, and who comes to the platform."""
    triage = triage_of(organization)
    adoption = adoption_now(organization, maturity=maturity_of(organization) if organization else None)
    return {
        "triage": triage,
        "pareto": (pareto := engineering_hours(triage.by_type)),
        "pareto_title": f"{pareto.title}, last four weeks",
        "halving": halving(triage.volumes()),
        "adoption": adoption,
        "teams": active_teams(adoption.active, adoption.full_months, adoption.teams_falling, adoption.teams.count),
    }
