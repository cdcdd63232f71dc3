"""Signals that teams stay away from the platform or leave it: how many are active, what begins there, both over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from assessments.adoption.rules.adoption import ActiveTeams, ProjectMonth, is_falling
from assessments.adoption.rules.movement import movement
from assessments.adoption.rules.signals import Figures, Signal, judged, month_name, unknown
from platform_site.text.wording import counted

ENOUGH_MONTHS = 3  # two falls take three months; so does a level that holds
YOUNG_MONTHS = 6  # a platform this young may grow from a low level
LOW_SHARE = 0.5
LOST_OF_PEAK, LOST_TEAMS = 0.25, 2
ENOUGH_PROJECTS = 5
SHOWN_STEPS = 12


def adoption_signals(figures: Figures) -> list[Signal]:
    """Levels first, then trends."""
    return [_team_level(figures), _team_trend(figures), _project_level(figures), _project_trend(figures)]


def _team_level(figures: Figures) -> Signal:
    """The share of all teams that is active: a finding below half, unless a young platform is growing."""
    id, title = "active_share", "Share of teams that are active"
    months, count = figures.active[-ENOUGH_MONTHS:], figures.teams.count
    if len(months) < ENOUGH_MONTHS:
        return unknown(id, title, f"{ENOUGH_MONTHS} full months of training runs are needed; {len(months)} on record.")
    if not count:
        return unknown(id, title, "How many teams there are is not known: enter the number, or the teams by name.")
    last = months[-1]
    low = all(month.teams / count < LOW_SHARE for month in months)
    growing = len(figures.active) < YOUNG_MONTHS and months[-1].teams > months[0].teams
    because = f"{last.teams:,} of {counted(count, 'team')} ran a training in {month_name(last.month)}"
    because += f" ({last.teams / count:.0%}; threshold {LOW_SHARE:.0%} in each of {ENOUGH_MONTHS} months). "
    since = _months_below(figures.active, count)
    if low and growing:
        because += f"The platform is {counted(len(figures.active), 'month')} old, and the number grows."
    elif low:
        because += f"It has been below for {counted(since, 'full month')}."
    away = figures.teams.without(last.names)
    return Signal(id, title, judged(low and not growing), because.strip(), "Teams not active", away, _ask_them(figures))


def _months_below(active: Sequence[ActiveTeams], count: int) -> int:
    below = 0
    for month in reversed(active):
        if month.teams / count >= LOW_SHARE:
            break
        below += 1
    return below


def _team_trend(figures: Figures) -> Signal:
    """Two falls in a row, or a quarter of the best month lost in steps of any size."""
    id, title = "active_trend", "Active teams over time"
    active, teams = figures.active, [month.teams for month in figures.active]
    if len(teams) < ENOUGH_MONTHS:
        return unknown(id, title, f"{ENOUGH_MONTHS} full months of training runs are needed; {len(teams)} on record.")
    fall = _fall_from_best(active)
    reasons = []
    if is_falling(teams):
        reasons.append(f"Active teams fell for two months in a row: {' → '.join(map(str, teams[-3:]))}.")
    if fall:
        reasons.append(
            f"They fell from {fall.best.teams:,} in {month_name(fall.best.month)} to {teams[-1]:,} in "
            f"{month_name(active[-1].month)} ({-fall.share:.0%}): {_path(fall.months)}."
        )
    seen = bool(reasons)
    if not seen:
        best = max(active, key=lambda month: month.teams)
        reasons = [
            f"{teams[-1]:,} in {month_name(active[-1].month)}, at best {best.teams:,} in {month_name(best.month)}; "
            f"neither two falls in a row nor {LOST_OF_PEAK:.0%} lost."
        ]
    lost = movement(active, active[-ENOUGH_MONTHS + 1].month).lost if seen else []
    names = tuple(f"{team} (last in {month_name(month)})" for team, month in lost)
    return Signal(id, title, judged(seen), " ".join(reasons), "Teams that left", names, _visit_them(figures))


class _Fall(NamedTuple):
    best: ActiveTeams
    months: Sequence[ActiveTeams]
    share: float


def _fall_from_best(active: Sequence[ActiveTeams]) -> _Fall | None:
    """From the last of the best months to now; None unless enough was lost, and the month before was below too."""
    best = max(range(len(active)), key=lambda index: (active[index].teams, index))
    top, last, before = active[best], active[-1], active[-2]
    lost = top.teams - last.teams
    enough = lost >= LOST_TEAMS and lost / top.teams >= LOST_OF_PEAK
    return _Fall(top, active[best:], lost / top.teams) if enough and before.teams < top.teams else None


def _path(months: Sequence[ActiveTeams]) -> str:
    return " → ".join(str(month.teams) for month in months[-SHOWN_STEPS:])


def _project_level(figures: Figures) -> Signal:
    """The share of the newest projects: as many full months back as it takes to have enough of them."""
    id, title = "project_share", "New projects on the platform"
    months = _newest_projects(figures.projects)
    started, here = sum(month.started for month in months), sum(month.on_platform for month in months)
    if started < ENOUGH_PROJECTS:
        return unknown(id, title, f"{ENOUGH_PROJECTS} new projects are needed; {started} on record in full months.")
    because = (
        f"{here:,} of {counted(started, 'new project')} of the last {counted(len(months), 'full month')} began on the "
        f"platform ({here / started:.0%}, threshold {LOW_SHARE:.0%})."
    )
    teams = Counter(team for month in months for team in month.elsewhere if team)
    names = tuple(team if count == 1 else f"{team} ({count})" for team, count in teams.most_common())
    return Signal(
        id, title, judged(here / started < LOW_SHARE), because, "Teams that began elsewhere", names, _ask_them(figures)
    )


def _newest_projects(projects: Sequence[ProjectMonth]) -> Sequence[ProjectMonth]:
    for first in range(len(projects) - ENOUGH_MONTHS, 0, -1):
        if sum(month.started for month in projects[first:]) >= ENOUGH_PROJECTS:
            return projects[first:]
    return projects


def _project_trend(figures: Figures) -> Signal:
    id, title = "project_trend", "New projects over time"
    shares = [project.share for project in figures.projects]
    known = [share for share in shares if share is not None]
    if is_falling(shares):
        path = " → ".join(f"{share:.0%}" for share in known[-3:])
        because = f"The share of new projects on the platform fell for two months in a row: {path}."
        return Signal(id, title, judged(True), because, remedy=_visit_them(figures))
    if len(shares) < ENOUGH_MONTHS or None in shares[-ENOUGH_MONTHS:]:
        return unknown(id, title, f"{ENOUGH_MONTHS} full months in a row with a new project are needed.")
    path = " → ".join(f"{share:.0%}" for share in known[-3:])
    return Signal(id, title, judged(False), f"The share of the last three full months: {path}.")


def _ask_them(figures: Figures) -> str:
    if figures.answers:
        top = figures.answers[0]
        return f"Build what was answered most: “{top.answer}” ({counted(top.count, 'answer')}). Then ask those teams again."
    return "Ask each of these teams one question, “What would make you switch?”, and record the answers."


def _visit_them(figures: Figures) -> str:
    return f"Sit beside somebody of each team that left, and note every pause. {_ask_them(figures)}"
