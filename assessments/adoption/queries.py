"""Adoption and velocity as they stand, in a fixed number of queries whatever the number of runs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import Count, Min, Model, Q, QuerySet
from django.utils import timezone

from assessments.adoption.rules import adoption, diagnosis, velocity
from assessments.adoption.rules.adoption import ActiveTeams, AnswerCount, Coverage, FirstSuccess, ProjectMonth
from assessments.models import ModelProject, Organization, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.errors import Unknown
from registry.published.teams import arrivals

MONTHS = 12
KINDS = (TrainingRun, ModelProject, UseCase, ShowstopperAnswer, Release)


class Adoption(NamedTuple):
    """Whether teams use the platform (A1 to A5), how fast it ships (A6), and the diagnosis (A7).

    Months are oldest first. The last is the current month: it is shown, but no flag and no finding uses it, so the
    first project of a month neither sets nor clears one.
    """

    active: list[ActiveTeams]
    projects: list[ProjectMonth]
    coverage: Coverage
    first_successes: list[FirstSuccess]
    quarter: tuple[date, date]
    showstoppers: list[AnswerCount]
    releases: list[velocity.Release]
    has_samples: bool

    @property
    def years(self) -> list[velocity.YearMedian]:
        return velocity.yearly(self.releases)

    @property
    def has_feature_tax(self) -> bool:
        return velocity.has_feature_tax(self.years)

    @property
    def full_months(self) -> list[ActiveTeams]:
        """The months that are over, from the first in which anybody was active."""
        over = self.active[:-1]
        first = next((index for index, month in enumerate(over) if month.teams), len(over))
        return over[first:]

    @property
    def teams_falling(self) -> bool:
        return adoption.is_falling([month.teams for month in self.full_months])

    @property
    def projects_falling(self) -> bool:
        return adoption.is_falling([project.share for project in self.projects[:-1]])

    @property
    def findings(self) -> list[diagnosis.Finding]:
        figures = diagnosis.Figures(self.full_months, self.projects[:-1], self.coverage, self.years)
        return diagnosis.diagnose(figures)

    @property
    def sentence(self) -> str:
        """The diagnosis in one sentence."""
        return diagnosis.sentence(self.findings)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was reported."""
        counted = (
            *(month.teams for month in self.active),
            *(project.started for project in self.projects),
            *self.coverage,
        )
        return not (any(counted) or self.first_successes or self.showstoppers or self.releases)

    def as_dict(self) -> dict[str, Any]:
        """As the API returns it."""
        return {
            "monthly_active_teams": [month._asdict() for month in self.active],
            "teams_falling": self.teams_falling,
            "new_projects": [project._asdict() | {"share": project.share} for project in self.projects],
            "projects_falling": self.projects_falling,
            "coverage": {
                "supported": self.coverage.supported,
                "on_platform": self.coverage.on_platform,
                "share": self.coverage.share,
                "escape_hatch_gaps": self.coverage.gaps,
            },
            "time_to_first_success": [
                {"team": success.team, "minutes": success.minutes, "in_time": success.in_time}
                for success in self.first_successes
            ],
            "showstoppers": {
                "from": self.quarter[0],
                "to": self.quarter[1],
                "answers": [showstopper._asdict() for showstopper in self.showstoppers],
                "most_common": self.showstoppers[0].answer if self.showstoppers else None,
            },
            "velocity": {
                "years": [year._asdict() for year in self.years],
                "times": velocity.slowdown(self.years),
                "feature_tax": self.has_feature_tax,
            },
            "diagnosis": {"sentence": self.sentence, "findings": [finding._asdict() for finding in self.findings]},
        }


def adoption_now(organization: Organization | None, now: datetime | None = None) -> Adoption:
    """An organization's adoption: everything of the last twelve months, this quarter's answers, and every release; eight queries."""
    now = now or timezone.now()
    today = now.astimezone(UTC).date()
    months = adoption.months_until(today, MONTHS)
    first, last = quarter = adoption.quarter_of(today)
    answers = (
        ShowstopperAnswer.objects.filter(organization=organization, day__range=(first, last))
        .order_by()
        .values_list("answer")
    )
    shipped = Release.objects.filter(organization=organization).order_by("released_on", "pk")
    releases = shipped.values_list("name", "started_on", "released_on")
    return Adoption(
        active=_active(organization, months, now),
        projects=adoption.project_months(_projects(organization, months[0]), months),
        coverage=_coverage(organization),
        first_successes=_first_successes(organization),
        quarter=quarter,
        showstoppers=adoption.count_answers(answers.annotate(Count("pk")).order_by("answer")),
        releases=[velocity.Release(*fields) for fields in releases],
        has_samples=has_samples(organization),
    )


def orchestrated_share(organization: Organization | None, since: datetime) -> tuple[int, int]:
    """How many training runs since then an orchestrator reported, and how many there were."""
    runs = TrainingRun.objects.filter(organization=organization, started_at__gte=since)
    counted = runs.aggregate(by_orchestrator=Count("pk", filter=~Q(orchestrator="")), every=Count("pk"))
    return counted["by_orchestrator"], counted["every"]


def entries(kind: type[Model], organization: Organization | None) -> QuerySet[Any]:
    """An organization's records of one kind, in their own order."""
    return kind._default_manager.filter(organization=organization).select_related("organization")


def entry(kind: type[Model], pk: int) -> Any:
    """One record; Unknown when there is none."""
    record = kind._default_manager.filter(pk=pk).select_related("organization").first()
    if record is None:
        raise Unknown(f"There is no {kind._meta.verbose_name} {pk}.")
    return record


def _active(organization: Organization | None, months: list[date], now: datetime) -> list[ActiveTeams]:
    """One pass over the window, a count for each month: truncating each moment costs ten times as much on SQLite."""
    edges = [*(datetime(month.year, month.month, 1, tzinfo=UTC) for month in months), now]
    counts = {
        f"m{index}": Count("team", distinct=True, filter=Q(started_at__gte=start, started_at__lt=end))
        for index, (start, end) in enumerate(pairwise(edges))
    }
    row = TrainingRun.objects.filter(organization=organization, started_at__gte=edges[0]).aggregate(**counts)
    return [ActiveTeams(month, row[f"m{index}"]) for index, month in enumerate(months)]


def _projects(organization: Organization | None, since: date) -> list[tuple[date, bool]]:
    """Reported projects; and a team's first registration, where it did not report a project on the platform itself."""
    projects = list(
        ModelProject.objects.filter(organization=organization)
        .order_by()
        .values_list("team", "started_on", "on_platform")
    )
    reported = {team for team, _, on_platform in projects if on_platform}
    seen = [
        (arrival.day, True)
        for arrival in arrivals(organization.pk if organization else None)
        if arrival.team not in reported
    ]
    return [(day, here) for day, here in [*((day, here) for _, day, here in projects), *seen] if day >= since]


def _coverage(organization: Organization | None) -> Coverage:
    counted = UseCase.objects.filter(organization=organization).aggregate(
        yes=Count("pk", filter=Q(supported=True)),
        there=Count("pk", filter=Q(supported=True, on_platform=True)),
        no=Count("pk", filter=Q(supported=False)),
    )
    return Coverage(counted["yes"], counted["there"], counted["no"])


def _first_successes(organization: Organization | None) -> list[FirstSuccess]:
    runs = TrainingRun.objects.filter(organization=organization).order_by().values_list("team")
    teams = runs.annotate(first=Min("started_at"), success=Min("started_at", filter=Q(succeeded=True)))
    return [FirstSuccess(*fields) for fields in teams.order_by("team")]


def has_samples(organization: Organization | None) -> bool:
    """Whether anything of an organization is a sample; one query."""
    first, *others = (
        kind.objects.filter(organization=organization, sample=True).order_by().values("pk") for kind in KINDS
    )
    return bool(first.union(*others, all=True)[:1])
