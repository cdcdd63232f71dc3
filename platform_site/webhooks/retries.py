"""When a delivery is retried, and when a webhook is switched off. Pure: standard library alone."""

from __future__ import annotations

from datetime import datetime, timedelta

WAITS = (1, 4, 16, 64, 240, 720, 1_800)  # in units of the first; of half a minute, 23 h 42 min in all
MOST_ATTEMPTS = len(WAITS) + 1
FAILURES_TO_SWITCH_OFF = 20
FAILING_TO_SWITCH_OFF = timedelta(hours=1)


def next_attempt(attempts: int, now: datetime, *, first: timedelta) -> datetime | None:
    """When to retry after this number of attempts; the second comes ``first`` after the first. None after the last."""
    return now + first * WAITS[attempts - 1] if attempts < MOST_ATTEMPTS else None


def should_switch_off(failures: int, failing_since: datetime | None, now: datetime) -> bool:
    """Whether a webhook has failed often and long enough to be switched off.

    Both are needed: many events at once can meet a restarting receiver, and a rarely used webhook fails rarely.
    """
    return (
        failures >= FAILURES_TO_SWITCH_OFF
        and failing_since is not None
        and now - failing_since >= FAILING_TO_SWITCH_OFF
    )
