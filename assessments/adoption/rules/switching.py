"""What became of the teams that a release was for: did they switch? (A5)"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

BEFORE = timedelta(days=60)  # a team that ran within them before a release was there already
PATIENCE = timedelta(days=30)  # a release this young has not had its chance


class Outcome(StrEnum):
    """What a team did after a release that answers what it asked for."""

    SWITCHED = "switched"
    WAS_ACTIVE = "was_active"
    NOT_YET = "not_yet"
    TOO_EARLY = "too_early"


class TeamRuns(NamedTuple):
    """A team's last run before a release, and its first from that day on."""

    team: str
    before: date | None
    after: date | None


class Effect(NamedTuple):
    """What one release did for one team; ``since`` is its first run from the release on."""

    team: str
    outcome: Outcome
    since: date | None


def effect(runs: TeamRuns, released_on: date, today: date) -> Effect:
    """Whether a team became active after a release.

    >>> day = date(2026, 6, 1)
    >>> effect(TeamRuns("ads", None, date(2026, 6, 20)), day, date(2026, 9, 1)).outcome
    <Outcome.SWITCHED: 'switched'>
    """
    if runs.before and released_on - runs.before <= BEFORE:
        outcome = Outcome.WAS_ACTIVE
    elif runs.after:
        outcome = Outcome.SWITCHED
    else:
        outcome = Outcome.TOO_EARLY if today - released_on < PATIENCE else Outcome.NOT_YET
    return Effect(runs.team, outcome, runs.after)


def effect_sentence(effects: Iterable[Effect]) -> str:
    """The outcomes in one sentence, with the names.

    >>> effect_sentence([Effect("ads", Outcome.SWITCHED, None), Effect("maps", Outcome.NOT_YET, None)])
    '1 of 2 teams switched: ads. Not yet: maps.'
    """
    names: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for team_effect in effects:
        names[team_effect.outcome].append(team_effect.team)
    could = sum(map(len, names.values())) - len(names[Outcome.WAS_ACTIVE])
    words = {Outcome.NOT_YET: "Not yet", Outcome.TOO_EARLY: "Too early to say", Outcome.WAS_ACTIVE: "Active before"}
    switched = names[Outcome.SWITCHED]
    sentences = []
    if could:
        team = "team" if could == 1 else "teams"
        sentences.append(f"{len(switched)} of {could} {team} switched{': ' if switched else ''}{', '.join(switched)}.")
    sentences += [f"{word}: {', '.join(names[outcome])}." for outcome, word in words.items() if names[outcome]]
    return " ".join(sentences)
