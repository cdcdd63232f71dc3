"""Adoption and velocity as they stand, in a fixed number of queries whatever the number of runs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.utils import timezone

from assessments.adoption.queries import figures as read
from assessments.adoption.queries.records import has_samples
from assessments.adoption.queries.support import support_of
from assessments.adoption.rules import adoption, diagnosis, movement, velocity
from assessments.adoption.rules.adoption import ActiveTeams, AnswerCount, Coverage, ProjectMonth, UseCase
from assessments.adoption.rules.first_success import FirstSuccess
from assessments.adoption.rules.movement import Known, Movement
from assessments.adoption.rules.signals import Answer, Figures, Maturity, Signal, Support
from assessments.models import Organization

MONTHS = 12


class Adoption(NamedTuple):
    """Whether teams use the platform (A1 to A5), how fast it ships (A6), and the diagnosis (A7).

    Months are oldest first. The last is the current month: it is shown, but no flag and no finding uses it, so the
    first project of a month neither sets nor clears one.
    """

    today: date
    active: list[ActiveTeams]
    projects: list[ProjectMonth]
    use_cases: list[UseCase]
    first_successes: list[FirstSuccess]
    quarter: tuple[date, date]
    showstoppers: list[AnswerCount]
    releases: list[velocity.Release]
    teams: Known
    support: Support
    maturity: Maturity | None
    has_samples: bool

    @property
    def coverage(self) -> Coverage:
        return adoption.coverage(self.use_cases)

    @property
    def gaps(self) -> list[UseCase]:
        """The use cases that the platform does not support."""
        return [use_case for use_case in self.use_cases if not use_case.supported]

    @property
    def unused(self) -> list[UseCase]:
        """The use cases that it supports and that run elsewhere."""
        return [use_case for use_case in self.use_cases if use_case.supported and not use_case.on_platform]

    @property
    def years(self) -> list[velocity.YearMedian]:
        return velocity.yearly(self.releases)

    @property
    def has_feature_tax(self) -> bool:
        return velocity.has_feature_tax(self.years)

    @property
    def full_months(self) -> list[ActiveTeams]:
        """The months that are over, from the first in which anybody was active."""
        return self.known_months[:-1]

    @property
    def known_months(self) -> list[ActiveTeams]:
        """The same with the current month."""
        first = next((index for index, month in enumerate(self.active) if month.teams), len(self.active) - 1)
        return self.active[first:]

    @property
    def movement(self) -> Movement:
        """Teams won in the last three months, and teams not seen in any of them."""
        return movement.recent_movement(self.known_months)

    @property
    def inactive(self) -> tuple[str, ...]:
        """The teams known by name that were not active in the last full month or since."""
        return self.teams.without([name for month in self.known_months[-2:] for name in month.names])

    @property
    def teams_falling(self) -> bool:
        return adoption.is_falling([month.teams for month in self.full_months])

    @property
    def projects_falling(self) -> bool:
        return adoption.is_falling([project.share for project in self.projects[:-1]])

    @property
    def findings(self) -> list[diagnosis.Finding]:
        return diagnosis.diagnose(
            Figures(
                active=self.full_months,
                projects=self.projects[:-1],
                coverage=self.coverage,
                years=self.years,
                releases=self.releases,
                teams=self.teams,
                use_cases=self.use_cases,
                answers=self.showstoppers,
                support=self.support,
                maturity=self.maturity,
                today=self.today,
            )
        )

    @property
    def seen_signals(self) -> list[Signal]:
        """The signals that are seen, in the order of the findings."""
        return [signal for finding in self.findings for signal in finding.signals if signal.answer == Answer.SEEN]

    @property
    def sentence(self) -> str:
        """The diagnosis in one sentence."""
        return diagnosis.sentence(self.findings)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was reported."""
        counted = (*(month.teams for month in self.active), *(project.started for project in self.projects))
        return not (any(counted) or self.use_cases or self.first_successes or self.showstoppers or self.releases)

    def as_dict(self) -> dict[str, Any]:
        """As the API returns it."""
        return {
            "monthly_active_teams": [month._asdict() | {"teams": month.teams} for month in self.active],
            "teams_falling": self.teams_falling,
            "teams": {
                "count": self.teams.count,
                "known": self.teams.names,
                "inactive": self.inactive,
                "won": [team._asdict() for team in self.movement.won],
                "lost": [team._asdict() for team in self.movement.lost],
            },
            "new_projects": [project._asdict() | {"share": project.share} for project in self.projects],
            "projects_falling": self.projects_falling,
            "coverage": {
                "supported": self.coverage.supported,
                "on_platform": self.coverage.on_platform,
                "share": self.coverage.share,
                "escape_hatch_gaps": self.coverage.gaps,
                "gaps": [{"name": use_case.name, "team": use_case.team} for use_case in self.gaps],
                "run_elsewhere": [{"name": use_case.name, "team": use_case.team} for use_case in self.unused],
            },
            "time_to_first_success": [_success(success) for success in self.first_successes],
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
                "not_compared_because": ""
                if velocity.compared_years(self.years)
                else velocity.why_not_compared(self.years),
            },
            "diagnosis": {"sentence": self.sentence, "findings": [_finding(finding) for finding in self.findings]},
        }


def adoption_now(
    organization: Organization | None, now: datetime | None = None, *, maturity: Maturity | None = None
) -> Adoption:
    """An organization's adoption: the last twelve months, this quarter's answers, and every release; in a fixed number
    of queries. ``maturity`` is its level and conditions, which rooms above this one know."""
    now = now or timezone.now()
    today = now.astimezone(UTC).date()
    months, quarter = adoption.months_until(today, MONTHS), adoption.quarter_of(today)
    listed = read.directory(organization)
    projects, answers = read.projects(organization), read.answers(organization, quarter)
    use_cases, successes = read.use_cases(organization), read.first_successes(organization, listed)
    users = [record.team for records in (successes, projects, answers, use_cases) for record in records if record.team]
    return Adoption(
        today=today,
        active=read.active_months(organization, months, now),
        projects=adoption.project_months(projects, months),
        use_cases=use_cases,
        first_successes=successes,
        quarter=quarter,
        showstoppers=adoption.count_answers(answers),
        releases=read.releases(organization),
        teams=read.known(organization, listed.slugs, users),
        support=support_of(organization, now),
        maturity=maturity,
        has_samples=has_samples(organization),
    )


def _success(success: FirstSuccess) -> dict[str, Any]:
    names = ("team", "since", "minutes", "at_least_minutes", "in_time", "state")
    return {name: getattr(success, name) for name in names}


def _finding(finding: diagnosis.Finding) -> dict[str, Any]:
    signals = [signal._asdict() for signal in finding.signals]
    return finding._asdict() | {"signals": signals, "remedies": finding.remedies}
