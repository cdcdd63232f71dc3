"""Whether teams use the platform or work around it: who is active, what begins there, what is supported (A1 to A3, A5).

>>> coverage([UseCase("batch", True, True)] * 5 + [UseCase("streams", False, False)] * 3)
Coverage(supported=5, on_platform=5, gaps=3)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

FALLS_FLAGGED = 2


class ActiveTeams(NamedTuple):
    """The teams that reported a training run in the calendar month that begins on ``month``, in the order of their names."""

    month: date
    names: tuple[str, ...] = ()

    @property
    def teams(self) -> int:
        """How many they are."""
        return len(self.names)


class ProjectMonth(NamedTuple):
    """New model projects of a calendar month, how many of them were started on the platform, and the teams of the others."""

    month: date
    started: int
    on_platform: int
    elsewhere: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """0..1; None where no project started."""
        return self.on_platform / self.started if self.started else None


class Project(NamedTuple):
    """A new model project: the day on which it began, whether on the platform, and the team."""

    day: date
    on_platform: bool
    team: str = ""


class UseCase(NamedTuple):
    """Whether the platform supports a use case, whether it runs there, and which team has it (empty: nobody knows)."""

    name: str
    supported: bool
    on_platform: bool
    team: str = ""


class Coverage(NamedTuple):
    """Supported use cases, those of them on the platform, and apart: the gaps, which need an escape hatch."""

    supported: int
    on_platform: int
    gaps: int

    @property
    def share(self) -> float | None:
        """0..1 of what is supported; None where nothing is."""
        return self.on_platform / self.supported if self.supported else None


class AnswerCount(NamedTuple):
    """How many gave this answer to "what would make you switch?", the teams, and how they worded it."""

    answer: str
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    teams: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()


class TeamAnswer(NamedTuple):
    """A team's answer, and the answer as which it is counted because a lead merged the two (empty: itself)."""

    team: str
    answer: str
    counted_as: str = ""


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def months_until(day: date, count: int) -> list[date]:
    """The first days of ``count`` months, the last of them the month of ``day``.

    >>> [str(month) for month in months_until(date(2026, 1, 20), 2)]
    ['2025-12-01', '2026-01-01']
    """
    last = day.year * 12 + day.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(max(last - count + 1, 12), last + 1)]


def project_months(projects: Iterable[Project], months: Sequence[date]) -> list[ProjectMonth]:
    """Projects counted by month; a month without any is included."""
    by_month: dict[date, list[Project]] = {month: [] for month in months}
    for project in projects:
        by_month.get(month_of(project.day), []).append(project)
    return [_project_month(month, started) for month, started in by_month.items()]


def _project_month(month: date, started: Sequence[Project]) -> ProjectMonth:
    elsewhere = [project.team for project in started if not project.on_platform]
    return ProjectMonth(month, len(started), len(started) - len(elsewhere), tuple(sorted(elsewhere)))


def is_falling(figures: Sequence[float | None]) -> bool:
    """Whether the newest known figure is the second fall in a row. An unknown month does not count as a fall.

    >>> is_falling([0.8, 0.6, 0.4]), is_falling([0.8, None, 0.4]), is_falling([0.8, 0.6, 0.6])
    (True, False, False)
    """
    known = list(figures)
    while known and known[-1] is None:
        known.pop()
    last = known[-FALLS_FLAGGED - 1 :]
    if len(last) <= FALLS_FLAGGED:
        return False
    return all(before is not None and after is not None and after < before for before, after in pairwise(last))


def coverage(use_cases: Iterable[UseCase]) -> Coverage:
    """Count use cases; an unsupported one never lowers the coverage."""
    cases = list(use_cases)
    supported = [use_case for use_case in cases if use_case.supported]
    return Coverage(len(supported), sum(use_case.on_platform for use_case in supported), len(cases) - len(supported))


def folded(text: str) -> str:
    """An answer without case and superfluous spaces: two that agree in it are the same answer.

    >>> folded("  Feature   Parity ")
    'feature parity'
    """
    return " ".join(text.split()).casefold()


def count_answers(answers: Iterable[TeamAnswer]) -> list[AnswerCount]:
    """Count answers that differ in case and spaces alone, or that a lead merged, as one; the most common first.

    >>> answers = [TeamAnswer("ads", "Parity"), TeamAnswer("maps", " parity"), TeamAnswer("maps", "Same code", "Parity")]
    >>> count_answers(answers)[0]
    AnswerCount(answer='Parity', count=3, teams=('ads', 'maps'), wordings=('Parity', 'Same code'))
    """
    groups: dict[str, list[TeamAnswer]] = {}
    for answer in answers:
        groups.setdefault(folded(answer.counted_as or answer.answer), []).append(answer)
    counted = [_answer_count(group) for group in groups.values()]
    return sorted(counted, key=lambda answer_count: (-answer_count[1], answer_count.answer))


def _answer_count(group: Sequence[TeamAnswer]) -> AnswerCount:
    spellings: dict[str, str] = {}
    for answer in group:
        spellings.setdefault(folded(answer.answer), " ".join(answer.answer.split()))
    merged = next((answer.counted_as for answer in group if answer.counted_as), "")
    teams = sorted({answer.team for answer in group if answer.team})
    return AnswerCount(
        merged or next(iter(spellings.values())), len(group), tuple(teams), tuple(sorted(spellings.values()))
    )


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of its quarter."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, (month_of(first + timedelta(days=95)) - timedelta(days=1))
