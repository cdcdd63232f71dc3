"""The figures of adoption read from the records of one organization, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Count, Min, Q

from assessments.adoption.rules import velocity
from assessments.adoption.rules.adoption import ActiveTeams, Project, TeamAnswer, UseCase, folded
from assessments.adoption.rules.first_success import FirstSuccess
from assessments.adoption.rules.movement import Known, known_teams
from assessments.models import ModelProject, Organization, Release, ShowstopperAnswer, TrainingRun
from assessments.models import UseCase as UseCaseRecord
from assessments.organizations.queries import current_assessments
from platform_site.people.models import Team
from registry.published.teams import arrivals


class Directory(NamedTuple):
    """The organization's teams as the directory has them: their slugs, and the days of onboarding by any of their names."""

    slugs: tuple[str, ...]
    onboarded: dict[str, date]


def directory(organization: Organization | None) -> Directory:
    """One query."""
    rows = list(Team.objects.filter(organization=organization).values_list("slug", "name", "onboarded_on"))
    onboarded = {folded(name): day for *names, day in rows if day for name in names}
    return Directory(tuple(slug for slug, *_ in rows), onboarded)


def active_months(organization: Organization | None, months: Sequence[date], now: datetime) -> list[ActiveTeams]:
    """One pass over the window, a count for each month: truncating each moment costs ten times as much on SQLite."""
    edges = [*(datetime(month.year, month.month, 1, tzinfo=UTC) for month in months), now]
    counts = {
        f"m{index}": Count("pk", filter=Q(started_at__gte=start, started_at__lt=end))
        for index, (start, end) in enumerate(pairwise(edges))
    }
    runs = TrainingRun.objects.filter(organization=organization, started_at__gte=edges[0], started_at__lt=now)
    teams = list(runs.order_by("team").values_list("team").annotate(**counts))
    return [
        ActiveTeams(month, tuple(name for name, *counted in teams if counted[index]))
        for index, month in enumerate(months)
    ]


def projects(organization: Organization | None) -> list[Project]:
    """Reported projects; and a team's first registration, where it did not report a project on the platform itself."""
    rows = ModelProject.objects.filter(organization=organization).order_by()
    reported = [Project(*fields) for fields in rows.values_list("started_on", "on_platform", "team")]
    here = {project.team for project in reported if project.on_platform}
    registered = arrivals(organization.pk if organization else None)
    return reported + [Project(arrival.day, True, arrival.team) for arrival in registered if arrival.team not in here]


def use_cases(organization: Organization | None) -> list[UseCase]:
    """By name."""
    rows = UseCaseRecord.objects.filter(organization=organization).order_by("name")
    return [UseCase(*fields) for fields in rows.values_list("name", "supported", "on_platform", "team")]


def answers(organization: Organization | None, quarter: tuple[date, date]) -> list[TeamAnswer]:
    """The answers of a quarter."""
    rows = ShowstopperAnswer.objects.filter(organization=organization, day__range=quarter).order_by("answer", "pk")
    return [TeamAnswer(*fields) for fields in rows.values_list("team", "answer", "counted_as")]


def all_answers(organization: Organization | None) -> list[TeamAnswer]:
    """Whenever they were given."""
    rows = ShowstopperAnswer.objects.filter(organization=organization).order_by("answer", "pk")
    return [TeamAnswer(*fields) for fields in rows.values_list("team", "answer", "counted_as")]


def releases(organization: Organization | None) -> list[velocity.Release]:
    """Oldest first."""
    rows = Release.objects.filter(organization=organization).order_by("released_on", "pk")
    return [velocity.Release(*fields) for fields in rows.values_list("name", "started_on", "released_on")]


def first_successes(organization: Organization | None, teams: Directory) -> list[FirstSuccess]:
    """Each team's first run, its first success with its end, and its onboarding; two queries, by the team's name."""
    runs = TrainingRun.objects.filter(organization=organization).order_by()
    firsts = runs.values_list("team").annotate(
        first=Min("started_at"), success=Min("started_at", filter=Q(succeeded=True))
    )
    rows = list(firsts.order_by("team"))
    ends = _ends(organization, [success for *_, success in rows if success])
    return [
        FirstSuccess(team, first, success, ends.get((team, success)), teams.onboarded.get(folded(team)))
        for team, first, success in rows
    ]


def _ends(organization: Organization | None, starts: Sequence[datetime]) -> dict[tuple[str, datetime | None], datetime]:
    """When the successful runs that began at these moments ended, by team and moment; of two the earlier end."""
    runs = TrainingRun.objects.filter(organization=organization, succeeded=True, started_at__in=starts)
    rows = runs.exclude(ended_at=None).order_by("-ended_at").values_list("team", "started_at", "ended_at")
    return {(team, start): end for team, start, end in rows if end}


def known(organization: Organization | None, named: Iterable[str], users: Iterable[str]) -> Known:
    """How many teams there are: as the organization's facts say, else its current assessment, else by name; one query."""
    stated = organization.shipping_teams if organization else None
    if stated is None and organization:
        current = current_assessments().filter(organization=organization)
        stated = current.order_by().values_list("team_count", flat=True).first()
    return known_teams(stated, named, users)
