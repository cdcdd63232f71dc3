"""When a delivery is tried again, and when a webhook is given up. Pure: standard library alone."""

from __future__ import annotations

from datetime import datetime, timedelta

WAITS = (1, 4, 16, 64, 240, 720, 1_800)  # in units of the first; of half a minute, 23 h 42 min in all
MOST_ATTEMPTS = len(WAITS) + 1
FAILURES_TO_SWITCH_OFF = 20
FAILING_TO_SWITCH_OFF = timedelta(hours=1)


def next_attempt(attempts: int, now: datetime, *, first: timedelta) -> datetime | None:
    """When to try again after so many attempts, of which the second came ``first`` later; None after the last."""
    return now + first * WAITS[attempts - 1] if attempts < MOST_ATTEMPTS else None


def is_hopeless(failures: int, failing_since: datetime | None, now: datetime) -> bool:
    """Whether a webhook failed so often in a row, for so long, that it is switched off.

    Both: many events at once find a receiver that restarts, and a quiet webhook fails seldom.
    """
    return (
        failures >= FAILURES_TO_SWITCH_OFF
        and failing_since is not None
        and now - failing_since >= FAILING_TO_SWITCH_OFF
    )
