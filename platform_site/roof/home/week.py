"""What changed in the last seven days, as the sentences under the figures of the first page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from assessments.health.queries.assessments import Point
from platform_site.charts import spark_line
from platform_site.text.wording import counted

WEEK = timedelta(days=7)
MOST_POINTS = 24


class Score(NamedTuple):
    """The score of the current assessment with its history: what moved since the one before, and the line of all."""

    value: float | None
    moved: str
    tone: str
    icon: str
    line: str


def score_of(points: Sequence[Point]) -> Score:
    """The newest published score, how it moved, and its line.

    >>> score_of([])
    Score(value=None, moved='', tone='muted', icon='minus', line='')
    """
    scores = [point.summary.health_score for point in points if point.summary.health_score is not None]
    if not scores:
        return Score(None, "", "muted", "minus", "")
    line = spark_line(scores[-MOST_POINTS:], highest=100)
    if len(scores) < 2:
        return Score(scores[-1], "the first assessment", "muted", "minus", line)
    before = next(point for point in reversed(points[:-1]) if point.summary.health_score is not None)
    moved = round(scores[-1] - scores[-2], 1)
    tone, icon = ("ok", "trending-up") if moved > 0 else ("bad", "trending-down") if moved < 0 else ("muted", "equal")
    return Score(scores[-1], f"{moved:+g} since {_day(before.assessment.assessed_on)}", tone, icon, line)


def newly(moments: Iterable[datetime | None], *, since: datetime) -> str:
    """How many of what stands now began in the week.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, tzinfo=UTC)
    >>> newly([monday, None], since=monday), newly([None], since=monday)
    ('1 new in 7 days', 'none new in 7 days')
    """
    new = sum(moment is not None and moment >= since for moment in moments)
    return f"{new:,} new in 7 days" if new else "none new in 7 days"


def activity(decisions: Mapping[str, int], outcomes: Mapping[str, int]) -> str:
    """What the gates answered and how the checks ended in the week, as one line.

    >>> activity({"PROCEED": 3, "BLOCKED": 1}, {"passed": 1})
    'In 7 days: 4 gate answers, 1 of them BLOCKED; 1 check run ended, all passed.'
    >>> activity({"PROCEED": 1}, {"failed": 2}), activity({}, {})
    ('In 7 days: 1 gate answer, none BLOCKED; 2 check runs ended, none passed.', 'In 7 days: no gate answer; no check run ended.')
    """
    answered, ended = sum(decisions.values()), sum(outcomes.values())
    blocked, passed = decisions.get("BLOCKED", 0), outcomes.get("passed", 0)
    answers = (
        f"{counted(answered, 'gate answer')}, {_of(blocked, answered, 'BLOCKED')}" if answered else "no gate answer"
    )
    runs = f"{counted(ended, 'check run')} ended, {_of(passed, ended, 'passed')}" if ended else "no check run ended"
    return f"In 7 days: {answers}; {runs}."


def _of(part: int, whole: int, word: str) -> str:
    return f"{'all' if part == whole else f'{part:,} of them' if part else 'none'} {word}"


def _day(day: object) -> str:
    return f"{day:%-d %B %Y}"
