"""Half a year of twelve teams, seeded and marked as samples: who used the platform, who did not, what was shipped."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from assessments.adoption.actions import MOST_RUNS, add_entry, record_training_runs
from assessments.adoption.queries import has_samples
from assessments.models import ModelProject, Organization, Release, ShowstopperAnswer, UseCase
from platform_site.access import Actor
from platform_site.roof.demo.health import MEADOW, SLUG
from platform_site.roof.demo.history.clock import working_day
from platform_site.roof.demo.history.timeline import Moment

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


class Sample(NamedTuple):
    """The adoption of one organization's platform."""

    organization: str
    teams: tuple[Team, ...]
    projects: Mapping[int, tuple[int, int]]
    use_cases: tuple[tuple[str, bool, bool, str], ...]
    answers: Mapping[str, tuple[str, ...]]
    earlier: Mapping[str, tuple[str, ...]]
    releases: Mapping[int, tuple[tuple[str, int], ...]]
    seed: int


EXAMPLECO = Sample(SLUG, TEAMS, PROJECTS, USE_CASES, ANSWERS, EARLIER, RELEASES, SEED)
MEADOW_SAMPLE = Sample(
    MEADOW,
    (
        Team("lending", "credit_default", 6, 0, 26, 21),
        Team("cards", "card_fraud", 8, 0, 26, 16),
        Team("collections", "payment_promise", 3, 2, 26, 33),
        Team("growth", "next_offer", 5, 1, 26, 19),
        Team("insurance", "claim_severity", 2, 7, 26, 64),
    ),
    {month: (1 + month % 3, int(month > 8)) for month in range(1, 12)},
    (
        ("Nightly retraining", True, True, "lending"), ("Real-time scoring", True, True, "cards"),
        ("Batch scoring", True, True, "collections"), ("Shadow deployment", True, True, "cards"),
        ("A/B comparison", True, False, "growth"), ("Documents and photos", False, False, "insurance"),
    ),
    {"Photos as inputs": ("insurance",), "A/B tests without a ticket": ("growth", "collections")},
    {"Rollouts in steps": ("cards", "lending")},
    {
        1: (("Model registry", 6), ("Rollouts in steps", 5), ("Evaluation gates", 6)),
        0: (("Drift checks", 6), ("Fast lane for retraining", 5)),
    },
    SEED + 1,
)  # fmt: skip
SHOWN_FROM = 84  # days ago: where the history begins


def load(actor: Actor) -> None:
    """Record the samples of each organization; while it has any, a second call changes nothing."""
    for sample in (EXAMPLECO, MEADOW_SAMPLE):
        for moment in moments(sample, actor):
            moment.act()


def moments(sample: Sample, actor: Actor) -> list[Moment]:
    """Each entry on its own day, and the training runs week by week; none where samples were loaded."""
    organization = Organization.objects.filter(slug=sample.organization).first()
    if (organization is None and sample is not EXAMPLECO) or has_samples(organization):
        return []
    now = timezone.now().replace(microsecond=0)
    entries = [
        (working_day(_days(fields, now.date()), 10), kind, fields) for kind, fields in _entries(now.date(), sample)
    ]
    return [
        *(Moment(at, _entry(kind, fields, organization, actor)) for at, kind, fields in entries),
        *_recorded_by_week(sample, now, organization, actor),
    ]


def _days(fields: dict[str, Any], today: date) -> int:
    """How many days ago somebody entered it."""
    day = fields.get("released_on") or fields.get("day") or fields.get("started_on")
    return min((today - day).days, SHOWN_FROM) if day else SHOWN_FROM


def _entry(kind: type, fields: dict[str, Any], organization: Organization | None, actor: Actor) -> Callable[[], object]:
    def act() -> None:
        more = {}
        if kind is Release and (answer := SERVES.get(fields["name"])):
            more["answers"] = ShowstopperAnswer.objects.filter(organization=organization, answer=answer)
        add_entry(kind, **fields, **more, organization=organization, actor=actor, sample=True)

    return act


def _recorded_by_week(
    sample: Sample, now: datetime, organization: Organization | None, actor: Actor
) -> Iterator[Moment]:
    """The training runs: those of before the history at its beginning, then those of each week."""
    chance = random.Random(sample.seed)  # noqa: S311 samples, no secret
    runs = [run for team in sample.teams for run in _runs(team, now, chance)]
    weeks: dict[int, list[dict[str, Any]]] = {}
    for run in runs:
        ago = (now - (run.get("ended_at") or run["started_at"])).days // 7
        weeks.setdefault(min(ago, SHOWN_FROM // 7), []).append(run)
    for ago, rows in weeks.items():
        for start in range(0, len(rows), MOST_RUNS):
            yield Moment(now - timedelta(weeks=ago), _record(rows[start : start + MOST_RUNS], organization, actor))


def _record(rows: list[dict[str, Any]], organization: Organization | None, actor: Actor) -> Callable[[], object]:
    return lambda: record_training_runs(rows, organization=organization, actor=actor, sample=True)


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


def _entries(today: date, sample: Sample) -> Iterator[tuple[type, dict[str, Any]]]:
    for ago, (here, elsewhere) in sample.projects.items():
        month = _months_before(today, ago)
        for number in range(here + elsewhere):
            team = sample.teams[(ago * 5 + number) % len(sample.teams)]
            name = f"{team.model.replace('_', ' ')}, {month:%b %Y}"
            yield ModelProject, {"name": name, "team": team.name, "started_on": month, "on_platform": number < here}
    for name, supported, on_platform, owner in sample.use_cases:
        yield UseCase, {"name": name, "supported": supported, "on_platform": on_platform, "team": owner}
    for answers, day in ((sample.answers, today), (sample.earlier, today - timedelta(days=400))):
        for answer, names in answers.items():
            for name in names:
                yield ShowstopperAnswer, {"team": name, "answer": answer, "day": day}
    for ago, capabilities in sample.releases.items():
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
