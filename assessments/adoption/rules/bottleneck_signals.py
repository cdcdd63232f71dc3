"""Signals that everybody waits for the platform team: weeks to release, load, waiting time and backlog."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from assessments.adoption.rules.signals import Figures, Signal, Support, judged, unknown
from assessments.adoption.rules.velocity import (
    FEATURE_TAX,
    QUARTER_WEEKS,
    Release,
    compared_years,
    why_not_compared,
)
from platform_site.text.wording import counted, grouped_number

TWO_YEARS = timedelta(days=731)
ENOUGH_FOR_LEVEL = 2
HIGH_LOAD = 1.0  # tickets for each engineer on each working day
LONG_WAIT_HOURS = 120  # five days
LONG_BACKLOG_WEEKS = 4
ENOUGH_TICKETS = 5
SHOWN_NAMES = 5
STOP = "Stop new features for a quarter. Audit what takes the weeks, and move what a managed service does better away first."


def bottleneck_signals(figures: Figures) -> list[Signal]:
    """Levels and trend of the releases, then what the tickets say."""
    support = figures.support
    return [_weeks(figures), _slowdown(figures), _load(support), _waiting(support), _backlog(support)]


def _weeks(figures: Figures) -> Signal:
    """Whether a release takes a quarter or longer, in the last two years; the trend may be flat."""
    id, title = "release_weeks", "Weeks to release"
    recent = [release for release in figures.releases if figures.today - release.released_on <= TWO_YEARS]
    if len(recent) < ENOUGH_FOR_LEVEL:
        because = f"{ENOUGH_FOR_LEVEL} releases of the last two years are needed; {len(recent)} on record."
        return unknown(id, title, because)
    weeks = float(median(release.weeks for release in recent))
    because = (
        f"The median of the {counted(len(recent), 'release')} of the last two years took {weeks:.1f} weeks, "
        f"threshold {QUARTER_WEEKS} (a quarter)."
    )
    return Signal(id, title, judged(weeks >= QUARTER_WEEKS), because, "Slowest releases", _slowest(recent), STOP)


def _slowest(releases: Sequence[Release]) -> tuple[str, ...]:
    slowest = sorted(releases, key=lambda release: -release.weeks)[:SHOWN_NAMES]
    return tuple(f"{release.name} ({release.weeks:.0f} weeks)" for release in slowest)


def _slowdown(figures: Figures) -> Signal:
    id, title = "release_trend", "Weeks to release over the years"
    compared = compared_years(figures.years)
    if compared is None:
        return unknown(id, title, why_not_compared(figures.years))
    first, newest = compared
    because = (
        f"The median release took {newest.median_weeks:.1f} weeks in {newest.year} and {first.median_weeks:.1f} in "
        f"{first.year}: {compared.times:.1f}×, threshold {FEATURE_TAX:g}×."
    )
    slowest = _slowest([release for release in figures.releases if release.released_on.year == newest.year])
    return Signal(id, title, judged(compared.times >= FEATURE_TAX), because, "Slowest releases", slowest, STOP)


def _load(support: Support | None) -> Signal:
    id, title = "load", "Load per engineer"
    if support is None or support.tickets < ENOUGH_TICKETS:
        return _too_few(id, title, support)
    if support.per_engineer_per_day is None:
        return unknown(id, title, "The number of platform engineers is not entered.")
    because = (
        f"{grouped_number(support.per_engineer_per_day, 2)} tickets per engineer per working day, "
        f"{grouped_number(support.per_week, 3)} a week; threshold {HIGH_LOAD:g}."
    )
    high = support.per_engineer_per_day >= HIGH_LOAD
    remedy = "Remove one type of ticket at its root before anybody is hired: see what would halve the tickets."
    return Signal(id, title, judged(high), because, "Asked most", _questions(support), remedy)


def _waiting(support: Support | None) -> Signal:
    id, title = "waiting", "Waiting time"
    if support is None or support.tickets < ENOUGH_TICKETS:
        return _too_few(id, title, support)
    if support.median_wait_hours is None:
        return unknown(id, title, "No ticket of the last four weeks is resolved.")
    days = support.median_wait_hours / 24
    because = f"Half of the tickets of the last four weeks waited {days:.1f} days or longer; threshold 5 days."
    remedy = (
        "Automate access, publish a runnable example for the questions asked most, and hold office hours twice a week."
    )
    long = support.median_wait_hours >= LONG_WAIT_HOURS
    return Signal(id, title, judged(long), because, "Asked most", _questions(support), remedy)


def _backlog(support: Support | None) -> Signal:
    id, title = "backlog", "Backlog"
    if support is None or support.tickets < ENOUGH_TICKETS or not support.per_week:
        return _too_few(id, title, support)
    weeks = support.open_now / support.per_week
    because = (
        f"{counted(support.open_now, 'ticket')} open, {grouped_number(support.per_week, 3)} arrive a week: "
        f"{weeks:.1f} weeks of work waiting; threshold {LONG_BACKLOG_WEEKS}."
    )
    remedy = "Close what nobody waits for any more, then take two people out of new work until the backlog is under two weeks."
    return Signal(id, title, judged(weeks >= LONG_BACKLOG_WEEKS), because, remedy=remedy)


def _too_few(id: str, title: str, support: Support | None) -> Signal:
    tickets = support.tickets if support else 0
    return unknown(id, title, f"{ENOUGH_TICKETS} tickets of the last four weeks are needed; {tickets} on record.")


def _questions(support: Support) -> tuple[str, ...]:
    return tuple(f"{question.answer} ({question.count})" for question in support.questions[:SHOWN_NAMES])
