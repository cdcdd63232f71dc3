"""Half a year of twelve teams, seeded and marked as samples: who used the platform, who did not, what was shipped."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from assessments.adoption.actions import MOST_RUNS, add_entry, record_training_runs
from assessments.adoption.queries import has_samples
from assessments.models import ModelProject, Release, ShowstopperAnswer, UseCase
from platform_site.access import Actor
from platform_site.roof.demo.health import sample_organization

SEED, WEEKS = 20_261, 26


class Team(NamedTuple):
    """A sample team: its model, its runs a week, the weeks in which it is active, minutes to its first success."""

    name: str
    model: str
    runs: int
    first_week: int
    last_week: int
    minutes: int | None


TEAMS = (
    Team("forecasting", "demand_forecast", 6, 0, 26, 12),
    Team("pricing", "price_elasticity", 5, 0, 26, 18),
    Team("search", "ranking", 7, 0, 26, 25),
    Team("recommendations", "next_basket", 6, 0, 26, 41),
    Team("fraud", "card_fraud", 4, 1, 26, 28),
    Team("logistics", "eta", 5, 2, 26, 55),
    Team("marketing", "uplift", 3, 4, 26, 22),
    Team("customer-care", "ticket_routing", 2, 6, 21, 140),
    Team("catalogue", "image_tags", 2, 3, 21, 95),
    Team("payments", "chargebacks", 2, 5, 17, 30),
    Team("credit", "default_risk", 3, 2, 17, 260),
    Team("vision", "shelf_count", 1, 9, 13, None),
)
# New projects by months ago: (on the platform, elsewhere). Adoption rose, and has fallen for two months.
PROJECTS = {
    11: (0, 2),
    10: (1, 2),
    9: (1, 1),
    8: (2, 2),
    7: (2, 1),
    6: (3, 1),
    5: (3, 1),
    4: (4, 1),
    3: (4, 1),
    2: (3, 2),
    1: (1, 3),
}
USE_CASES = (
    ("Nightly retraining", True, True, "forecasting"), ("Batch scoring", True, True, "marketing"),
    ("Real-time scoring", True, True, "fraud"), ("Backfill of features", True, True, "pricing"),
    ("Shadow deployment", True, False, "credit"), ("A/B comparison", True, True, "search"),
    ("Hyperparameter search", True, False, "catalogue"), ("Scheduled evaluation", True, True, "search"),
    ("Training on several GPUs", False, False, "vision"), ("On-device models", False, False, "vision"),
    ("Streaming features", False, False, "fraud"),
)  # fmt: skip
ANSWERS = {
    "GPUs without a ticket": ("vision", "credit", "catalogue", "search"),
    "Run my own container": ("payments", "credit"),
    "Keep my notebooks": ("customer-care", "vision"),
    "Faster review of new features": ("logistics",),
}
# What teams answered long ago, and the release that it led to.
EARLIER = {"Predictions in real time": ("logistics", "marketing", "catalogue")}
SERVES = {"Real-time deployment": "Predictions in real time"}
# Capabilities by years ago, with the weeks that each took: the simple ones came first.
RELEASES = {
    2: (("Project template", 3), ("Artifact store", 4), ("Model registry", 5), ("Training on a schedule", 4)),
    1: (("Batch deployment", 6), ("Roll back", 5), ("Dashboards of a model", 7), ("Feature definitions", 8)),
    0: (("Real-time deployment", 9), ("Evaluation gates", 11), ("Parity checks", 10)),
}


def load(actor: Actor) -> None:
    """Record the samples; while any exists, a second call changes nothing."""
    organization = sample_organization()
    if has_samples(organization):
        return
    now, chance = timezone.now().replace(microsecond=0), random.Random(SEED)  # noqa: S311 samples, no secret
    runs = [run for team in TEAMS for run in _runs(team, now, chance)]
    for start in range(0, len(runs), MOST_RUNS):
        record_training_runs(runs[start : start + MOST_RUNS], organization=organization, actor=actor, sample=True)
    for kind, fields in _entries(now.date()):
        if kind is Release and (answer := SERVES.get(fields["name"])):
            fields["answers"] = ShowstopperAnswer.objects.filter(organization=organization, answer=answer)
        add_entry(kind, **fields, organization=organization, actor=actor, sample=True)


def _runs(team: Team, now: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    """A team's runs: it tries until it succeeds, then runs every week, mostly by an orchestrator."""
    began = now - timedelta(weeks=WEEKS - team.first_week)
    fields = {"team": team.name, "model": team.model, "orchestrator": ""}
    if team.minutes is None or team.minutes > 15:
        yield fields | {"started_at": began, "succeeded": False}
    if team.minutes is None:
        return
    tries_for = team.minutes // 2 if team.minutes > 15 else 0
    end = began + timedelta(minutes=team.minutes)
    yield fields | {"started_at": began + timedelta(minutes=tries_for), "ended_at": end, "succeeded": True}
    for week in range(team.first_week, team.last_week):
        for _ in range(team.runs):
            at = now - timedelta(weeks=WEEKS - week) + timedelta(minutes=chance.randrange(600, 10_000))
            if at < now:
                orchestrator = "airflow" if chance.random() < 0.8 else ""
                run = {"started_at": at, "succeeded": chance.random() < 0.9, "orchestrator": orchestrator}
                yield fields | run | {"ended_at": min(now, at + timedelta(minutes=team.runs * 7))}


def _entries(today: date) -> Iterator[tuple[type, dict[str, Any]]]:
    for ago, (here, elsewhere) in PROJECTS.items():
        month = _months_before(today, ago)
        for number in range(here + elsewhere):
            team = TEAMS[(ago * 5 + number) % len(TEAMS)]
            name = f"{team.model.replace('_', ' ')}, {month:%b %Y}"
            yield ModelProject, {"name": name, "team": team.name, "started_on": month, "on_platform": number < here}
    for name, supported, on_platform, owner in USE_CASES:
        yield UseCase, {"name": name, "supported": supported, "on_platform": on_platform, "team": owner}
    for answers, day in ((ANSWERS, today), (EARLIER, today - timedelta(days=400))):
        for answer, names in answers.items():
            for name in names:
                yield ShowstopperAnswer, {"team": name, "answer": answer, "day": day}
    for ago, capabilities in RELEASES.items():
        yield from _releases(today, ago, capabilities)


def _releases(
    today: date, ago: int, capabilities: tuple[tuple[str, int], ...]
) -> Iterator[tuple[type, dict[str, Any]]]:
    """Spread over the year, or over the part of the current year that has passed."""
    first = date(today.year - ago, 1, 1)
    days = (today - first).days if ago == 0 else 360
    for number, (name, weeks) in enumerate(capabilities, start=1):
        released = first + timedelta(days=days * number // len(capabilities))
        yield Release, {"name": name, "started_on": released - timedelta(weeks=weeks), "released_on": released}


def _months_before(day: date, count: int) -> date:
    month = day.year * 12 + day.month - 1 - count
    return date(month // 12, month % 12 + 1, 1)
