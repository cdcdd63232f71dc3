"""Which teams came and which left, by name.

>>> months = [ActiveTeams(date(2026, month, 1), names) for month, names in ((7, ("ads", "maps")), (8, ("ads", "fraud")))]
>>> moved = movement(months, since=date(2026, 8, 1))
>>> [(team, str(month)) for team, month in moved.won], [(team, str(month)) for team, month in moved.lost]
([('fraud', '2026-08-01')], [('maps', '2026-07-01')])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from assessments.adoption.rules.adoption import ActiveTeams, folded

RECENT_MONTHS = 3  # two that are over, and the current one


class TeamMonth(NamedTuple):
    """A team and a month: the first of its activity for a team won, the last for a team lost."""

    team: str
    month: date


class Movement(NamedTuple):
    """Teams active since a month and not before it in what is known; and teams active before it and not since."""

    won: list[TeamMonth]
    lost: list[TeamMonth]


class Known(NamedTuple):
    """The teams there are: how many, and the names that are known. They may be fewer: a number can be stated alone."""

    count: int | None = None  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    names: tuple[str, ...] = ()

    def without(self, active: Iterable[str]) -> tuple[str, ...]:
        """The known names that are not among the active ones."""
        seen = {folded(name) for name in active}
        return tuple(name for name in self.names if folded(name) not in seen)


def movement(months: Sequence[ActiveTeams], since: date) -> Movement:
    """Who was won and who was lost since a month, in order of the names. Nobody, where no month before it is known."""
    before = [month for month in months if month.month < since]
    recent = [month for month in months if month.month >= since]
    if not any(month.names for month in before):
        return Movement([], [])
    last_before = {name: month.month for month in before for name in month.names}
    first_now = {name: month.month for month in reversed(recent) for name in month.names}
    won = [TeamMonth(team, first_now[team]) for team in sorted(first_now.keys() - last_before.keys())]
    lost = [TeamMonth(team, last_before[team]) for team in sorted(last_before.keys() - first_now.keys())]
    return Movement(won, lost)


def recent_movement(months: Sequence[ActiveTeams]) -> Movement:
    """The same for the last three months: who was not seen in any of them counts as lost."""
    return movement(months, months[-RECENT_MONTHS:][0].month) if months else Movement([], [])


def steps(months: Sequence[ActiveTeams]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each month, which teams were not active in the month before, and which are not active any more.

    The first month has no month before it: nobody came and nobody left.
    """
    moved = [
        (
            tuple(name for name in month.names if name not in before.names),
            tuple(name for name in before.names if name not in month.names),
        )
        for before, month in pairwise(months)
    ]
    return [((), ()), *moved] if months else []


def known_teams(stated: int | None, named: Iterable[str], users: Iterable[str]) -> Known:
    """How many teams there are: the stated number, unless more were seen; without one, those that are known by name.

    ``named`` are the teams of the directory, ``users`` those that reported anything.

    >>> known_teams(12, ["ads", "platform"], ["Ads"]), known_teams(None, ["ads"], ["maps"]).count
    (Known(count=12, names=('ads', 'platform')), 2)
    """
    names: dict[str, str] = {}
    seen = set()
    for name in users:
        seen.add(folded(name))
        names.setdefault(folded(name), name)
    for name in named:
        names[folded(name)] = name
    ordered = tuple(names[key] for key in sorted(names))
    return Known(max(stated, len(seen)) if stated else len(ordered) or None, ordered)
