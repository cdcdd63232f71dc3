"""When a delivery is tried again, and when a webhook is given up. Pure: standard library alone."""

from __future__ import annotations

from datetime import datetime, timedelta

RETRY_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (30, 120, 480, 1_920, 7_200, 21_600, 54_000)
)  # about four times the one before; 23 h 42 min in all
MOST_ATTEMPTS = len(RETRY_AFTER) + 1
FAILURES_TO_SWITCH_OFF = 20
FAILING_TO_SWITCH_OFF = timedelta(hours=1)


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None when that was the last."""
    return now + RETRY_AFTER[attempts - 1] if attempts < MOST_ATTEMPTS else None


def is_hopeless(failures: int, failing_since: datetime | None, now: datetime) -> bool:
    """Whether a webhook failed so often in a row, for so long, that it is switched off.

    Both: many events at once find a receiver that restarts, and a quiet webhook fails seldom.
    """
    return (
        failures >= FAILURES_TO_SWITCH_OFF
        and failing_since is not None
        and now - failing_since >= FAILING_TO_SWITCH_OFF
    )
