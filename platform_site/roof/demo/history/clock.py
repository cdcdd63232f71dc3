"""The clock of the demo's history: while it loads, every action takes the time of the moment that is played.

Only the command `demo` sets it, in a process of its own. It never goes back: the events of the audit chain keep their order in
time, and a chain that has events already is continued after the last of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone


class StoryClock:
    """Shows a moment of the past and goes on from there as real time does, until it is moved to the next moment."""

    def __init__(self, real: Callable[[], datetime], not_before: datetime | None = None) -> None:
        self._real = real
        self._shown = not_before
        self._moved_at = real()

    def now(self) -> datetime:
        """The moment that is shown; never later than the real one."""
        real = self._real()
        if self._shown is None:
            return real
        return min(self._shown + (real - self._moved_at), real)

    def move(self, moment: datetime) -> None:
        """Show another moment; one before the time that is shown already leaves the clock where it is."""
        shown = self.now() if self._shown is not None else moment
        self._moved_at = self._real()
        self._shown = min(max(moment, shown), self._moved_at)


@contextmanager
def story_clock(not_before: datetime | None = None) -> Iterator[StoryClock]:
    """Put a story's clock in the place of the real one, which comes back at the end whatever happens."""
    real = timezone.now
    clock = StoryClock(real, not_before)
    timezone.now = clock.now
    try:
        yield clock
    finally:
        timezone.now = real


def days_ago(days: int, hour: int = 9, minute: int = 0) -> datetime:
    """A clock time some days before today, in UTC; never later than now."""
    now = timezone.now()
    moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0) - timedelta(days=days)
    return min(moment, now)


def working_day(days: int, hour: int = 9, minute: int = 0) -> datetime:
    """The same on a day on which people work: what falls on a weekend is done on the Friday evening before it, in order."""
    moment = days_ago(days, hour, minute)
    since_friday = moment.weekday() - 4
    if since_friday <= 0:
        return moment
    friday = moment.replace(hour=16 + 2 * since_friday, minute=0, second=0, microsecond=0) - timedelta(
        days=since_friday
    )
    return friday + timedelta(minutes=(moment.hour * 60 + moment.minute) // 12)
