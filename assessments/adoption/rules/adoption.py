"""Whether teams use the platform or work around it (A1 to A5).

>>> coverage([UseCase(True, True)] * 5 + [UseCase(False, False)] * 3)
Coverage(supported=5, on_platform=5, gaps=3)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

FIRST_RUN_TARGET_MINUTES = 30
FALLS_FLAGGED = 2


class ActiveTeams(NamedTuple):
    """How many teams reported a training run in the calendar month that begins on ``month``."""

    month: date
    teams: int


class ProjectMonth(NamedTuple):
    """New model projects of a calendar month, and how many of them were started on the platform."""

    month: date
    started: int
    on_platform: int

    @property
    def share(self) -> float | None:
        """0..1; None where no project started."""
        return self.on_platform / self.started if self.started else None


class UseCase(NamedTuple):
    """Whether the platform supports a use case, and whether the use case runs there."""

    supported: bool
    on_platform: bool


class Coverage(NamedTuple):
    """Supported use cases, those of them on the platform, and apart: the gaps, which need an escape hatch."""

    supported: int
    on_platform: int
    gaps: int

    @property
    def share(self) -> float | None:
        """0..1 of what is supported; None where nothing is."""
        return self.on_platform / self.supported if self.supported else None


class FirstSuccess(NamedTuple):
    """A team's first reported training run, and its first that succeeded, by when they started."""

    team: str
    first_at: datetime
    success_at: datetime | None

    @property
    def minutes(self) -> float | None:
        """From the first try to the first success; None while nothing succeeded."""
        return None if self.success_at is None else (self.success_at - self.first_at) / timedelta(minutes=1)

    @property
    def in_time(self) -> bool:
        return self.minutes is not None and self.minutes <= FIRST_RUN_TARGET_MINUTES


class AnswerCount(NamedTuple):
    """How many gave this answer to "what would make you switch?"."""

    answer: str
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls


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


def project_months(projects: Iterable[tuple[date, bool]], months: Sequence[date]) -> list[ProjectMonth]:
    """Projects, each as (day of the start, on the platform), counted by month; a month without any is included."""
    counted = Counter((month_of(day), on_platform) for day, on_platform in projects)
    return [ProjectMonth(month, counted[month, True] + counted[month, False], counted[month, True]) for month in months]


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
    counted = Counter(use_cases)
    on_platform, not_yet = counted[UseCase(True, True)], counted[UseCase(True, False)]
    return Coverage(on_platform + not_yet, on_platform, sum(counted.values()) - on_platform - not_yet)


def count_answers(answers: Iterable[tuple[str, int]]) -> list[AnswerCount]:
    """Add up answers that differ in case and spaces alone, each given with its count; the most common first.

    >>> count_answers([("Feature parity", 2), (" feature  parity", 1), ("Notebooks", 2)])[0]
    AnswerCount(answer='Feature parity', count=3)
    """
    spellings: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for answer, count in answers:
        words = " ".join(answer.split())
        spellings.setdefault(words.casefold(), words)
        counted[words.casefold()] += count
    return sorted(
        (AnswerCount(spellings[key], count) for key, count in counted.items()),
        key=lambda answer_count: (-answer_count[1], answer_count[0]),
    )


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of its quarter."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, (month_of(first + timedelta(days=95)) - timedelta(days=1))
