"""When a figure of an organization is worse than it was, and the sentence that says what was compared.

>>> august = Observed(41.2, "assessment of 2026-08-01", date(2026, 8, 1))
>>> november = Observed(33.3, "assessment of 2026-11-01", date(2026, 11, 1))
>>> is_worse(Figure.SCORE, august.value, november.value)
True
>>> title(Figure.SCORE, august, november)
'Health score fell from 41.2% (assessment of 2026-08-01) to 33.3% (assessment of 2026-11-01).'
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

SCORE_FALL = 5.0  # points of a hundred, between two published assessments
LOAD_FACTOR = 2.0  # times the tickets per engineer and day of the four weeks before
TEAMS_FALL = 10.0  # points of a hundred, of the known teams, from one full month to the next
LEAST_TICKETS = 20  # in four weeks; of fewer nothing is said
WORSE_AGAIN = 1.5  # times the load that was reported


class Figure(StrEnum):
    """What is watched."""

    SCORE = "score"
    TICKET_LOAD = "ticket_load"
    ACTIVE_TEAMS = "active_teams"


class Observed(NamedTuple):
    """A figure: its value, what it was observed of, and the day by which evidence is ordered."""

    value: float
    of: str
    on: date


class Pair(NamedTuple):
    """The newest observation of a figure and the one before it, which is None where there is none.

    ``standing``: of what a figure is still known, where an observation can be taken back; None where none can.
    """

    before: Observed | None
    after: Observed
    standing: frozenset[str] | None = None


def is_worse(figure: Figure, before: float, after: float) -> bool:
    """Whether a figure is so much worse than before that it is reported.

    >>> is_worse(Figure.TICKET_LOAD, 0.6, 1.2), is_worse(Figure.TICKET_LOAD, 0.6, 1.1), is_worse(Figure.TICKET_LOAD, 0, 3)
    (True, False, False)
    """
    if figure is Figure.TICKET_LOAD:
        return before > 0 and after >= LOAD_FACTOR * before
    return before - after > (SCORE_FALL if figure is Figure.SCORE else TEAMS_FALL)


def is_worse_again(figure: Figure, reported: float, after: float) -> bool:
    """Whether it is so much worse than was reported that it is reported again."""
    if figure is Figure.TICKET_LOAD:
        return after >= WORSE_AGAIN * reported
    return is_worse(figure, reported, after)


def title(figure: Figure, before: Observed, after: Observed) -> str:
    """What got worse: both values, and of what each was observed."""
    old, new = value_in_words(figure, before.value), value_in_words(figure, after.value)
    compared = f"from {old} ({before.of}) to {new} ({after.of})"
    match figure:
        case Figure.SCORE:
            return f"Health score fell {compared}."
        case Figure.TICKET_LOAD:
            return f"Tickets per platform engineer and day rose {compared}, {after.value / before.value:.1f} times as many."
        case Figure.ACTIVE_TEAMS:
            return f"Share of known teams that were active fell {compared}."


def recovered(figure: Figure, before: Observed, after: Observed) -> str:
    """Why it is not worse any more, with both values.

    >>> recovered(Figure.SCORE, Observed(41.2, "assessment of 2026-08-01", date(2026, 8, 1)), Observed(40, "assessment of 2027-02-01", date(2027, 2, 1)))
    '40.0% (assessment of 2027-02-01) is not more than 5 points below 41.2% (assessment of 2026-08-01).'
    """
    limits = {
        Figure.SCORE: f"is not more than {SCORE_FALL:g} points below",
        Figure.TICKET_LOAD: f"is less than {LOAD_FACTOR:g} times",
        Figure.ACTIVE_TEAMS: f"is not more than {TEAMS_FALL:g} points below",
    }
    old, new = value_in_words(figure, before.value), value_in_words(figure, after.value)
    return f"{new} ({after.of}) {limits[figure]} {old} ({before.of})."


def value_in_words(figure: Figure, value: float) -> str:
    """A value of a figure, with its unit."""
    return f"{value:.2f}" if figure is Figure.TICKET_LOAD else f"{value:.1f}%"
