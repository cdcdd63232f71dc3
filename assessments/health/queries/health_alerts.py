"""The figures that are watched, as they are now and were before, and the alerts about them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from assessments.adoption.queries.overview import adoption_now
from assessments.health.rules.health_alerts import LEAST_TICKETS, Figure, Observed, Pair
from assessments.health.rules.scoring import health_score
from assessments.models import Assessment, HealthAlert, Organization
from assessments.organizations.queries import current_assessment, list_assessments, uncorrected_assessments
from assessments.tickets.queries.triage import triage_of
from platform_site.errors import Unknown

WINDOW = timedelta(weeks=4)


def list_health_alerts() -> QuerySet[HealthAlert]:
    """Every alert about a figure, the newest first."""
    return HealthAlert.objects.select_related("organization").order_by("-opened_at", "-pk")


def unresolved_health_alerts(organization: Organization) -> QuerySet[HealthAlert]:
    """Those of an organization that are not resolved."""
    return list_health_alerts().filter(organization=organization).exclude(state=HealthAlert.State.RESOLVED)


def get_health_alert(pk: int) -> HealthAlert:
    """One alert; Unknown when there is none."""
    alert = list_health_alerts().filter(pk=pk).first()
    if alert is None:
        raise Unknown(f"There is no health alert {pk}.")
    return alert


def observe(organization: Organization, now: datetime) -> dict[Figure, Pair]:
    """The newest observation of each figure and the one before it; a figure that nothing measured is left out."""
    pairs = {
        Figure.SCORE: _score(organization, now),
        Figure.TICKET_LOAD: _ticket_load(organization, now),
        Figure.ACTIVE_TEAMS: _active_teams(organization, now),
    }
    return {figure: pair for figure, pair in pairs.items() if pair}


def observe_score(organization: Organization, now: datetime) -> dict[Figure, Pair]:
    """The score alone, which changes with a publication."""
    pair = _score(organization, now)
    return {Figure.SCORE: pair} if pair else {}


def owner_of(organization: Organization, now: datetime) -> str:
    """Who answers for the figures of an organization: who published its current assessment."""
    current = current_assessment(organization, now)
    return current.published_by if current else ""


def _score(organization: Organization, now: datetime) -> Pair | None:
    """Of the last two published assessments that nothing corrects, and in which something is applicable."""
    standing = list(uncorrected_assessments(organization, now))
    rows = list_assessments().filter(pk__in=[assessment.pk for assessment in standing[-2:]])
    scored = [
        observed for assessment in rows.order_by("assessed_on", "pk") if (observed := _observed_score(assessment))
    ]
    if not scored:
        return None
    return Pair(scored[-2] if len(scored) > 1 else None, scored[-1], frozenset(map(_named, standing)))


def _observed_score(assessment: Assessment) -> Observed | None:
    score = health_score([item.as_item for item in assessment.items.all()])
    return Observed(score, _named(assessment), assessment.assessed_on) if score is not None else None


def _named(assessment: Assessment) -> str:
    return f"assessment {assessment.pk} of {assessment.assessed_on}"


def _ticket_load(organization: Organization, now: datetime) -> Pair | None:
    """Of the last four weeks and the four before; nothing where too few tickets were recorded, or the engineers are unknown."""
    after, before = _load(organization, now - WINDOW, now), _load(organization, now - 2 * WINDOW, now - WINDOW)
    return Pair(before, after) if after else None


def _load(organization: Organization, start: datetime, end: datetime) -> Observed | None:
    figures = triage_of(organization, start=start, end=end)
    load = figures.per_engineer_per_day
    if load is None or figures.total < LEAST_TICKETS:
        return None
    return Observed(load, f"{start:%Y-%m-%d} to {end:%Y-%m-%d}", end.date())


def _active_teams(organization: Organization, now: datetime) -> Pair | None:
    """Of the last two months that are over, among the teams that are known now."""
    adoption = adoption_now(organization, now)
    count, months = adoption.teams.count, adoption.full_months
    if not count or not months:
        return None
    shares = [
        Observed(100 * min(month.teams, count) / count, f"{month.teams} of {count} in {month.month:%B %Y}", month.month)
        for month in months[-2:]
    ]
    return Pair(shares[-2] if len(shares) > 1 else None, shares[-1])
