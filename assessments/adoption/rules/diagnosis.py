"""Which of three ways to fail the figures suggest: teams stay away, it ships too slowly, it was built too early (A7)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from assessments.adoption.rules.adoption import ActiveTeams, Coverage, ProjectMonth, is_falling
from assessments.adoption.rules.velocity import FEATURE_TAX, YearMedian, slowdown

FEW_TEAMS, ENOUGH_BUILT, UNUSED_SHARE = 2, 3, 0.5
ENOUGH_MONTHS = 3  # two falls take three months
NAMES = {
    "adoption_failure": "an adoption problem",
    "bottleneck": "a bottleneck",
    "premature_complexity": "premature complexity",
}


class Answer(StrEnum):
    """What the figures say about one way to fail."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    UNKNOWN = "unknown"


class Figures(NamedTuple):
    """What a diagnosis looks at: months that are over, oldest first."""

    active: Sequence[ActiveTeams]
    projects: Sequence[ProjectMonth]
    coverage: Coverage
    years: Sequence[YearMedian]


class Finding(NamedTuple):
    """One way to fail, whether the figures show it, and those figures."""

    id: str
    title: str
    answer: Answer
    because: str


def diagnose(figures: Figures) -> list[Finding]:
    """All three ways, in words; what the figures do not show is unknown, never good."""
    return [_adoption_failure(figures), _bottleneck(figures), _premature_complexity(figures)]


def sentence(findings: Sequence[Finding]) -> str:
    """The whole diagnosis in one sentence."""
    seen = [NAMES[finding.id] for finding in findings if finding.answer == Answer.SEEN]
    if seen:
        return f"These figures suggest {' and '.join(seen)}."
    unknown = [finding.title.lower() for finding in findings if finding.answer == Answer.UNKNOWN]
    if len(unknown) == len(findings):
        return "Too little is known for a diagnosis yet."
    return (
        f"The known figures show no problem. Not known: {', '.join(unknown)}."
        if unknown
        else "The figures show no problem."
    )


def _adoption_failure(figures: Figures) -> Finding:
    teams, shares = [month.teams for month in figures.active], [project.share for project in figures.projects]
    reasons = _falls(teams, shares)
    if reasons:
        answer, because = Answer.SEEN, " ".join(reasons)
    elif len(teams) >= ENOUGH_MONTHS or _known_lately(shares):
        last = f"{teams[-1]} in the last full month" if teams else "not known"
        because = f"Neither active teams ({last}) nor the share of new projects fell for two months in a row."
        answer = Answer.NOT_SEEN
    else:
        answer = Answer.UNKNOWN
        because = f"{ENOUGH_MONTHS} full months of training runs or of new projects are needed."
    return Finding("adoption_failure", "Adoption problem", answer, because)


def _known_lately(shares: Sequence[float | None]) -> bool:
    """Whether each of the last three months had a new project."""
    return len(shares) >= ENOUGH_MONTHS and None not in shares[-ENOUGH_MONTHS:]


def _falls(teams: Sequence[int], shares: Sequence[float | None]) -> list[str]:
    """Which of both fell for two months in a row, and how far."""
    reasons = []
    if is_falling(teams):
        figures = " → ".join(map(str, teams[-3:]))
        reasons.append(f"Active teams fell for two months in a row: {figures}.")
    if is_falling(shares):
        known = [share for share in shares if share is not None]
        figures = " → ".join(f"{share:.0%}" for share in known[-3:])
        reasons.append(f"The share of new projects on the platform fell for two months in a row: {figures}.")
    return reasons


def _bottleneck(figures: Figures) -> Finding:
    times = slowdown(figures.years)
    if times is None:
        because = "Releases of at least two years are needed to compare."
        return Finding("bottleneck", "Bottleneck", Answer.UNKNOWN, because)
    first, newest = figures.years[0], figures.years[-1]
    because = (
        f"The median release took {newest.median_weeks:.1f} weeks in {newest.year} and {first.median_weeks:.1f} in "
        f"{first.year}: {times:.1f}×, threshold {FEATURE_TAX:g}×."
    )
    return Finding("bottleneck", "Bottleneck", Answer.SEEN if times >= FEATURE_TAX else Answer.NOT_SEEN, because)


def _premature_complexity(figures: Figures) -> Finding:
    """Much is built, half of it or more is used elsewhere, and hardly a team is there to use it."""
    supported, on_platform, _ = figures.coverage
    if not supported or not figures.active:
        answer, because = Answer.UNKNOWN, "Supported use cases and a full month of training runs are needed."
    else:
        unused, teams = supported - on_platform, figures.active[-1].teams
        early = supported >= ENOUGH_BUILT and unused / supported >= UNUSED_SHARE and teams <= FEW_TEAMS
        answer = Answer.SEEN if early else Answer.NOT_SEEN
        because = (
            f"{unused} of {supported} supported use cases run elsewhere; active teams in the last full month: {teams}."
        )
    return Finding("premature_complexity", "Premature complexity", answer, because)
