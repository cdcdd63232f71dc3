"""Sample tickets: half a year of a platform team's support, from a seed and labelled, so that pages have data."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from assessments.models import Organization, Ticket
from assessments.tickets.actions.label_models import learn
from assessments.tickets.actions.tickets import record_tickets
from platform_site.access import Actor
from platform_site.roof.demo import labelling
from platform_site.roof.demo.health import MEADOW, sample_organization
from platform_site.roof.demo.ticket_texts import BODIES, GAPS, HURRIED, PASSED_ON, TITLES

SOURCE = "sample"
SEED = 7
PER_WEEK = 30
LABELLING_WINDOW = timedelta(weeks=4)
LABELLED = {1, 4, 6, 9}  # last digits of the ids that a person has labelled already: the labelling is under way
OPEN_LATEST = timedelta(days=10)
UNRESOLVED = 0.35
IN_A_HURRY = 0.12
EXPLAINED_ELSEWHERE = 0.3


class Kind(NamedTuple):
    """How often a type comes, and what one costs: the median hours of work and of waiting, log-normal around both."""

    weight: float
    effort_hours: float
    resolution_hours: float
    spread: float


KINDS = {
    "access": Kind(0.34, 0.7, 7, 0.6),
    "how_to": Kind(0.27, 0.9, 5, 0.7),
    "feature_request": Kind(0.13, 6.5, 120, 0.8),
    "bug": Kind(0.19, 2.6, 22, 0.9),
    "other": Kind(0.07, 0.4, 16, 0.6),
}


class Asking(NamedTuple):
    """A team that opens tickets: its weight among the teams, and whether it works on the platform."""

    name: str
    weight: float
    on_platform: bool = True


TEAMS = (
    Asking("forecasting", 1.4), Asking("fraud", 1.3), Asking("search", 1.2), Asking("recommendations", 1.2),
    Asking("pricing", 1.0), Asking("logistics", 1.0), Asking("marketing", 0.9), Asking("payments", 0.8),
    Asking("support-ai", 0.8), Asking("vision", 0.9, on_platform=False), Asking("research", 0.7, on_platform=False),
    Asking("devices", 0.6, on_platform=False),
)  # fmt: skip
MEADOW_TEAMS = (
    Asking("cards", 1.4), Asking("lending", 1.2), Asking("growth", 1.1), Asking("collections", 0.8),
    Asking("insurance", 0.7), Asking("treasury", 0.4, on_platform=False),
)  # fmt: skip
# The year of a platform team: quarters are closed, people go on holiday.
SEASONS = {3: 1.2, 4: 0.95, 6: 1.15, 7: 0.8, 8: 0.7, 9: 1.2, 10: 1.0, 11: 1.1, 12: 0.75}
# Teams outside the platform ask for what it does not offer.
OUTSIDE_FACTOR = {"feature_request": 2.6, "access": 0.7}


class Desk(NamedTuple):
    """A platform team's support: who opens tickets there, how many a week, and how their ids begin."""

    teams: tuple[Asking, ...]
    per_week: int
    prefix: str


EXAMPLECO = Desk(TEAMS, PER_WEEK, "S")
MEADOW_DESK = Desk(MEADOW_TEAMS, 11, "M")


def sample_tickets(seed: int, until: datetime, weeks: int = 26, desk: Desk = EXAMPLECO) -> list[dict[str, Any]]:
    """Labelled tickets of the weeks before an aware moment, oldest first, as keyword arguments of `record_ticket`."""
    drawn = random.Random(seed)  # noqa: S311 - a story, no secret
    tickets = [
        _ticket(drawn, opened_at, until, desk.teams)
        for week in range(weeks)
        for opened_at in _openings(drawn, until - timedelta(weeks=weeks - week), week / weeks, desk.per_week)
    ]
    tickets.sort(key=lambda ticket: ticket["opened_at"])
    return [
        ticket | {"source": SOURCE, "external_id": f"{desk.prefix}-{number:05}"}
        for number, ticket in enumerate(tickets, start=1)
    ]


def load(lead: Actor, contributor: Actor) -> None:
    """Record the samples, most of the newest without a label, and those of a campaign that has ended labelled by people; a
    second call changes nothing."""
    organization = sample_organization()
    if organization is None or Ticket.objects.filter(source=SOURCE).exists():
        return
    until = timezone.now()
    rows, (first, after) = sample_tickets(SEED, until), labelling.period(until)
    recorded = [
        row | {"type": ""} if first <= row["opened_at"] < after or _waits_for_a_label(row, until) else row
        for row in rows
    ]
    record_tickets(recorded, organization=organization, actor=lead)
    other = Organization.objects.get(slug=MEADOW)
    record_tickets(sample_tickets(SEED + 1, until, desk=MEADOW_DESK), organization=other, actor=lead)
    labelling.load(organization, rows, until, lead, contributor)
    learn()


def _waits_for_a_label(row: dict[str, Any], until: datetime) -> bool:
    return until - row["opened_at"] < LABELLING_WINDOW and int(row["external_id"][-1]) not in LABELLED


def _openings(drawn: random.Random, start: datetime, elapsed: float, per_week: int) -> list[datetime]:
    """Moments in one week, at working hours for the most part; the volume grows by a fifth over the period, and goes with the season."""
    count = round(drawn.gauss(per_week * (0.9 + 0.2 * elapsed) * SEASONS.get(start.month, 1.0), per_week / 10))
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight + timedelta(days=day) for day in range(8)]
    moments = [
        drawn.choices(days, [6 if day.weekday() < 5 else 1 for day in days])[0]
        + timedelta(hours=min(19.9, max(6, drawn.gauss(12.5, 2.6))))
        for _ in range(max(count, 1))
    ]
    end = start + timedelta(weeks=1)
    return [min(max(moment, start + timedelta(minutes=1)), end - timedelta(minutes=1)) for moment in moments]


def _ticket(drawn: random.Random, opened_at: datetime, until: datetime, teams: tuple[Asking, ...]) -> dict[str, Any]:
    team = drawn.choices(teams, [asking.weight for asking in teams])[0]
    factors = {} if team.on_platform else OUTSIDE_FACTOR
    weights = [kind.weight * factors.get(name, 1) for name, kind in KINDS.items()]
    name = drawn.choices(list(KINDS), weights)[0]
    kind = KINDS[name]
    resolved_at = opened_at + timedelta(hours=kind.resolution_hours * drawn.lognormvariate(0, kind.spread))
    waiting = resolved_at >= until or (until - opened_at < OPEN_LATEST and drawn.random() < UNRESOLVED)
    effort = round(kind.effort_hours * drawn.lognormvariate(0, kind.spread / 2) * 4) / 4
    titles = HURRIED if drawn.random() < IN_A_HURRY else TITLES[name]
    bodies = PASSED_ON if drawn.random() < EXPLAINED_ELSEWHERE else BODIES[name]
    return {
        "title": _filled(drawn, drawn.choice(titles)),
        "body": _filled(drawn, drawn.choice(bodies)),
        "team": team.name,
        "requester": f"{drawn.choice('abcdefghijklmnoprstvw')}.{team.name}",
        "on_platform": team.on_platform,
        "opened_at": opened_at.replace(microsecond=0),
        "resolved_at": None if waiting else resolved_at.replace(microsecond=0),
        "effort_hours": None if waiting else max(0.25, effort),
        "type": name,
    }


def _filled(drawn: random.Random, pattern: str) -> str:
    """Each gap gets a word of its own kind, the first letter becomes a capital."""
    chosen = {gap: drawn.choice(words) for gap, words in GAPS.items()}
    text = pattern.format_map(chosen)
    return text[:1].upper() + text[1:]
