"""How long a team needs to its first training run that succeeds, from its onboarding on (A4).

>>> monday = datetime(2026, 11, 2, 9, tzinfo=UTC)
>>> FirstSuccess("ads", monday, monday, monday + timedelta(minutes=20)).minutes
20.0
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

FIRST_RUN_TARGET_MINUTES = 30
MINUTE = timedelta(minutes=1)


class FirstSuccess(NamedTuple):
    """A team's first reported run, its first run that succeeded (start and end), and the day of its onboarding.

    What nobody reported is None.
    """

    team: str
    first_at: datetime
    success_at: datetime | None = None
    success_ended_at: datetime | None = None
    onboarded_on: date | None = None

    @property
    def since(self) -> datetime:
        """From when on the time counts: the onboarding, or the first reported run where that is earlier or all that is known.

        The day of an onboarding has no time, so the day itself never counts against the team.
        """
        if self.onboarded_on is None:
            return self.first_at
        return min(self.first_at, datetime.combine(self.onboarded_on, time(), UTC) + timedelta(days=1))

    @property
    def minutes(self) -> float | None:
        """To the end of the first success; None while nothing succeeded, or while its end is not known."""
        return None if self.success_ended_at is None else (self.success_ended_at - self.since) / MINUTE

    @property
    def at_least_minutes(self) -> float | None:
        """What is certain: to the end of the first success, or to its start where its end is not known."""
        reached = self.success_ended_at or self.success_at
        return None if reached is None else (reached - self.since) / MINUTE

    @property
    def in_time(self) -> bool | None:
        """Whether within the target; None where the end that would decide it is not known."""
        if self.at_least_minutes is None or self.at_least_minutes > FIRST_RUN_TARGET_MINUTES:
            return False
        return True if self.success_ended_at else None

    @property
    def state(self) -> str:
        """`in_time`, `too_slow`, `no_success_yet`, or `unknown`: the run's end is not on record."""
        if self.success_at is None:
            return "no_success_yet"
        return {True: "in_time", False: "too_slow", None: "unknown"}[self.in_time]


def in_time_words(successes: Sequence[FirstSuccess]) -> tuple[str | None, str]:
    """How many teams succeeded in time, of those of which it is known, and what that means."""
    if not successes:
        return None, "no training run is reported"
    known = [success for success in successes if success.in_time is not None]
    unknown = len(successes) - len(known)
    if not known:
        return None, "no first successful run has its end on record (ended_at)"
    words = f"teams had a successful run within {FIRST_RUN_TARGET_MINUTES} minutes of their onboarding or first run"
    if unknown:
        words += f"; not known for {unknown}, whose first success has no end on record"
    return f"{sum(bool(success.in_time) for success in known)} of {len(known)}", words
