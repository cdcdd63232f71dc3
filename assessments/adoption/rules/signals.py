"""A signal: one figure held against its threshold, with the names behind it and what to do. A diagnosis consists of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from assessments.adoption.rules.adoption import ActiveTeams, AnswerCount, Coverage, ProjectMonth, UseCase
from assessments.adoption.rules.movement import Known
from assessments.adoption.rules.velocity import Release, YearMedian


class Answer(StrEnum):
    """What a figure says: a problem, no problem, or nothing, because it is not known."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    UNKNOWN = "unknown"


class Signal(NamedTuple):
    """One figure: whether it crosses its threshold, the sentence with the figures, whom or what it is about, the remedy.

    ``names_are`` says what the names are ("Teams not active"); the remedy is empty unless the answer is seen.
    """

    id: str
    title: str
    answer: Answer
    because: str
    names_are: str = ""
    names: tuple[str, ...] = ()
    remedy: str = ""


class Support(NamedTuple):
    """The tickets of the last four weeks; None where nothing is known. ``questions`` are the titles asked most."""

    tickets: int = 0
    per_week: float | None = None
    per_engineer_per_day: float | None = None
    median_wait_hours: float | None = None
    open_now: int = 0
    questions: tuple[AnswerCount, ...] = ()


class Maturity(NamedTuple):
    """The confirmed level, and the conditions that need a platform, by their titles.

    ``rank`` is 0 for level 0 and 0+, 1 and 2 for the standard levels; None for an organization's own levels.
    """

    label: str
    rank: int | None
    met: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Figures(NamedTuple):
    """What a diagnosis looks at. Months are those that are over, oldest first."""

    active: Sequence[ActiveTeams] = ()
    projects: Sequence[ProjectMonth] = ()
    coverage: Coverage = Coverage(0, 0, 0)
    years: Sequence[YearMedian] = ()
    releases: Sequence[Release] = ()
    teams: Known = Known()
    use_cases: Sequence[UseCase] = ()
    answers: Sequence[AnswerCount] = ()
    support: Support | None = None
    maturity: Maturity | None = None
    today: date = date.max


def unknown(id: str, title: str, because: str) -> Signal:
    """A signal about which nothing is known: never good."""
    return Signal(id, title, Answer.UNKNOWN, because)


def judged(seen: bool) -> Answer:
    """Seen, or not."""
    return Answer.SEEN if seen else Answer.NOT_SEEN


def month_name(month: date) -> str:
    """Nov 2026."""
    return f"{month:%b %Y}"
