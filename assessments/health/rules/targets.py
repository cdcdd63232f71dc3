"""An organization's target: where it stands, and where the pace of its assessments leads until the day (H13).

>>> marks = [Mark(date(2026, 8, 3), 30.0, AD_HOC), Mark(date(2026, 11, 2), 35.0, AD_HOC)]
>>> outlook(Aim(date(2027, 2, 1), 60), marks, date(2026, 11, 30)).sentence
'At the pace of the last 2 assessments the score is 40% on 1 February 2027; the target is 60%.'
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from assessments.health.rules.maturity import AD_HOC, LEVELS, Level

PACE_OF = 4  # the newest assessments that a pace is taken from
HIGHEST = 100.0


class Outlook(StrEnum):
    """Whether an organization is on its way to a target."""

    ON_TRACK = "on_track"
    BEHIND = "behind"
    NO_TREND = "no_trend"
    REACHED = "reached"
    MISSED = "missed"


class Aim(NamedTuple):
    """What is to be reached on a day: a score, the short name of a level, or both."""

    due_on: date
    score: int | None = None
    level: str = ""


class Mark(NamedTuple):
    """A published assessment: its day, its score, its confirmed level, and the levels that judge it."""

    day: date
    score: float | None
    level: Level
    levels: Sequence[Level] = LEVELS


class Forecast(NamedTuple):
    """A straight line from the newest scored assessment to a day, at the pace of ``of`` assessments."""

    since: date
    score: float
    due_on: date
    due_score: float
    of: int


class Progress(NamedTuple):
    """Where an organization is on its way to a target. ``forecast`` is None where nothing can be said."""

    state: Outlook
    sentence: str
    forecast: Forecast | None


def day_in_words(day: date) -> str:
    """
    >>> day_in_words(date(2027, 3, 31))
    '31 March 2027'
    """
    return f"{day.day} {day:%B %Y}"


def aim_in_words(aim: Aim, levels: Sequence[Level] = LEVELS) -> str:
    """
    >>> aim_in_words(Aim(date(2027, 3, 31), 60, "1")), aim_in_words(Aim(date(2027, 3, 31), None, "9"))
    ('60% and Level 1 — Repeatable Pipelines', 'level 9')
    """
    labels = {level.level: level.label for level in levels}
    level = labels.get(aim.level, f"level {aim.level}") if aim.level else ""
    return " and ".join(part for part in (f"{aim.score}%" if aim.score is not None else "", level) if part)


def forecast(marks: Sequence[Mark], due_on: date) -> Forecast | None:
    """The straight line to a day; None with fewer than two scored assessments of different days, and for a day before
    the newest one.

    Its slope is that of least squares through the last `PACE_OF` scored assessments; it begins at the newest score.

    >>> forecast([Mark(date(2026, 8, 3), 30.0, AD_HOC)], date(2027, 1, 1)) is None
    True
    """
    scored = [(mark.day, mark.score) for mark in marks if mark.score is not None][-PACE_OF:]
    if len(scored) < 2 or due_on < scored[-1][0]:
        return None
    first = scored[0][0]
    days = [(day - first).days for day, _ in scored]
    middle, mean = sum(days) / len(days), sum(score for _, score in scored) / len(scored)
    spread = sum((x - middle) ** 2 for x in days)
    if not spread:
        return None
    slope = sum((x - middle) * (score - mean) for x, (_, score) in zip(days, scored, strict=True)) / spread
    since, score = scored[-1]
    reached = round(min(max(score + slope * (due_on - since).days, 0.0), HIGHEST), 1)
    return Forecast(since, score, due_on, reached, len(scored))


def outlook(aim: Aim, marks: Sequence[Mark], today: date) -> Progress:
    """Where an organization is on its way: ``marks`` are its published assessments, the oldest first.

    Before the day the pace decides about a score, and the confirmed level about a level. After it the newest assessment
    that was dated until then decides.
    """
    if aim.due_on < today:
        return _ended(aim, [mark for mark in marks if mark.day <= aim.due_on])
    if not marks:
        wanted = f"{aim_in_words(aim)} by {day_in_words(aim.due_on)}"
        sentence = f"No assessment is published yet, so nothing can be said about the target of {wanted}."
        return Progress(Outlook.NO_TREND, sentence, None)
    line = forecast(marks, aim.due_on) if aim.score is not None else None
    parts = [_score_part(aim, marks, line)] if aim.score is not None else []
    parts += [_level_part(aim, marks[-1])] if aim.level else []
    states = [state for state, _ in parts]
    decided = next((state for state in (Outlook.BEHIND, Outlook.NO_TREND) if state in states), Outlook.ON_TRACK)
    return Progress(decided, " ".join(sentence for _, sentence in parts), line)


def _ended(aim: Aim, marks: Sequence[Mark]) -> Progress:
    wanted = f"The target was {aim_in_words(aim, marks[-1].levels if marks else LEVELS)} by {day_in_words(aim.due_on)}"
    if not marks:
        return Progress(Outlook.NO_TREND, f"{wanted}; no assessment was published for a day until then.", None)
    last = marks[-1]
    reached = (aim.score is None or (last.score is not None and last.score >= aim.score)) and (
        not aim.level or _is_reached(aim.level, last)
    )
    stood = f"the assessment of {day_in_words(last.day)} had {_percent(last.score)} and {last.level.label}"
    return Progress(Outlook.REACHED if reached else Outlook.MISSED, f"{wanted}; {stood}.", None)


def _score_part(aim: Aim, marks: Sequence[Mark], line: Forecast | None) -> tuple[Outlook, str]:
    assert aim.score is not None
    day, target = day_in_words(aim.due_on), f"the target is {aim.score}%"
    if line is not None:
        sentence = f"At the pace of the last {line.of} assessments the score is {line.due_score:g}% on {day}; {target}."
        return Outlook.ON_TRACK if line.due_score >= aim.score else Outlook.BEHIND, sentence
    last = marks[-1]
    now = f"The score is {_percent(last.score)} in the assessment of {day_in_words(last.day)}; {target} on {day}."
    return Outlook.NO_TREND, f"{now} A pace needs two scored assessments of different days."


def _level_part(aim: Aim, last: Mark) -> tuple[Outlook, str]:
    wanted = next((level for level in last.levels if level.level == aim.level), None)
    if wanted is None:
        return Outlook.NO_TREND, f"The levels that judge the newest assessment have no level {aim.level} any more."
    if _is_reached(aim.level, last):
        return Outlook.ON_TRACK, f"{last.level.label} is confirmed; the target is {wanted.label}."
    sentence = f"{last.level.label} is confirmed; the target is {wanted.label} on {day_in_words(aim.due_on)}."
    return Outlook.NO_TREND, f"{sentence} Nothing is forecast for a level."


def _is_reached(level: str, mark: Mark) -> bool:
    """Whether a confirmed level is the one that is wanted, or above it."""
    rungs = [AD_HOC.level, *(each.level for each in mark.levels)]
    return level in rungs and mark.level.level in rungs and rungs.index(mark.level.level) >= rungs.index(level)


def _percent(score: float | None) -> str:
    return "no score" if score is None else f"{score:g}%"
