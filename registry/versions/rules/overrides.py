"""Overrides: time-limited exceptions to a blocked gate, by named people, for exactly the causes they saw (G7).

What blocks a gate is a list of causes, each with a key. An override covers the keys it was requested for and no other,
so that a new conflict, a newer definition or a newer policy is never covered by an older override.

>>> from datetime import UTC
>>> cause = Cause("orders:37e8f223574c>7f687058610f", "orders: The definition changed since training.")
>>> override = ApprovedOverride(7, frozenset({cause.key}), until=datetime(2026, 12, 1, tzinfo=UTC))
>>> covered([cause], [override], at=datetime(2026, 11, 30, tzinfo=UTC))
{'orders:37e8f223574c>7f687058610f': 7}
>>> covered([cause], [override], at=datetime(2026, 12, 1, tzinfo=UTC))
{}
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

LONGEST = timedelta(days=30)


class Cause(NamedTuple):
    """One thing that blocks a gate: its key, a sentence, and whether it can be overridden."""

    key: str
    sentence: str
    overridable: bool = True


class ApprovedOverride(NamedTuple):
    """An approved override: its id, the keys it covers, and the moment from which it covers nothing."""

    id: int
    keys: frozenset[str]
    until: datetime


def covered(causes: Iterable[Cause], overrides: Iterable[ApprovedOverride], *, at: datetime) -> dict[str, int]:
    """Which causes are covered at a moment, and by which override; the newest where there are several."""
    valid = sorted(override for override in overrides if override.until > at)  # by id, which comes first and is unique
    return {
        cause.key: override.id
        for override in valid
        for cause in causes
        if cause.overridable and cause.key in override.keys
    }


def expiry_refusal(until: datetime, *, now: datetime) -> str | None:
    """Why an override cannot run until then; None when it can."""
    if until <= now:
        return f"`expires_at` is {until:%Y-%m-%d %H:%M}, which is not in the future. Give a later time."
    if until - now > LONGEST:
        return f"An override lasts at most {LONGEST.days} days. For longer, retrain, pin or roll back."
    return None
