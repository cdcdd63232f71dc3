"""What became of the teams that a release was for: one query for the runs, whatever the number of releases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db.models import Max, Min, Q
from django.utils import timezone

from assessments.adoption.rules.adoption import folded
from assessments.adoption.rules.switching import Effect, TeamRuns, effect, effect_sentence
from assessments.models import Organization, Release, TrainingRun

MOST_RELEASES = 20


class ServedRelease(NamedTuple):
    """A release, the answers and use cases that it serves, in words, and what the teams behind them did."""

    release: Release
    answers: list[str]
    use_cases: list[str]
    effects: list[Effect]

    @property
    def sentence(self) -> str:
        """What the teams did."""
        return effect_sentence(self.effects) or "No team is named in what it serves."


def served_releases(organization: Organization | None, now: datetime | None = None) -> list[ServedRelease]:
    """The newest twenty releases that serve something, newest first; four queries."""
    today = (now or timezone.now()).astimezone(UTC).date()
    serving = Release.objects.filter(Q(answers__isnull=False) | Q(use_cases__isnull=False), organization=organization)
    chosen = serving.distinct().order_by("-released_on", "-pk").prefetch_related("answers", "use_cases")
    releases = list(chosen[:MOST_RELEASES])
    runs = _runs(organization, releases)
    return [_served(release, runs, today) for release in releases]


def _served(release: Release, runs: dict[tuple[int, str], TeamRuns], today: date) -> ServedRelease:
    answers: dict[str, str] = {}
    for answer in release.answers.all():
        answers.setdefault(folded(answer.counted_as or answer.answer), answer.counted_as or answer.answer)
    effects = [
        effect(runs.get((release.pk, team), TeamRuns(team, None, None)), release.released_on, today)
        for team in _teams(release)
    ]
    return ServedRelease(
        release, sorted(answers.values()), [use_case.name for use_case in release.use_cases.all()], effects
    )


def _teams(release: Release) -> list[str]:
    """Who asked for it."""
    wishes = {answer.team for answer in release.answers.all()}
    return sorted(wishes | {use_case.team for use_case in release.use_cases.all() if use_case.team})


def _runs(organization: Organization | None, releases: list[Release]) -> dict[tuple[int, str], TeamRuns]:
    """Each served team's last run before each release and its first from that day on."""
    teams = {team for release in releases for team in _teams(release)}
    if not teams:
        return {}
    days = {release.pk: datetime(*release.released_on.timetuple()[:3], tzinfo=UTC) for release in releases}
    before = {f"before_{pk}": Max("started_at", filter=Q(started_at__lt=day)) for pk, day in days.items()}
    after = {f"after_{pk}": Min("started_at", filter=Q(started_at__gte=day)) for pk, day in days.items()}
    runs = TrainingRun.objects.filter(organization=organization, team__in=teams).order_by()
    rows: Iterable[Any] = runs.values("team").annotate(**before, **after)
    return {
        (pk, row["team"]): TeamRuns(row["team"], _day(row[f"before_{pk}"]), _day(row[f"after_{pk}"]))
        for row in rows
        for pk in days
    }


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).date() if moment else None
