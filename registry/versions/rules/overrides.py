"""Overrides: somebody says otherwise, by name, for a time, and for exactly what they saw (G7).

What closes a gate is a list of causes, each with a key. An override covers the keys it was given for and no other, so
that a new conflict, a newer definition or a newer policy is never covered by an older word.

>>> from datetime import UTC
>>> shut = Cause("orders:37e8f223574c>7f687058610f", "orders: The definition changed since training.")
>>> word = Word(7, frozenset({shut.key}), until=datetime(2026, 12, 1, tzinfo=UTC))
>>> covered([shut], [word], at=datetime(2026, 11, 30, tzinfo=UTC))
{'orders:37e8f223574c>7f687058610f': 7}
>>> covered([shut], [word], at=datetime(2026, 12, 1, tzinfo=UTC))
{}
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

LONGEST = timedelta(days=30)


class Cause(NamedTuple):
    """One thing that closes a gate: what it is, by key and in a sentence, and whether anybody may override it."""

    key: str
    sentence: str
    overridable: bool = True


class Word(NamedTuple):
    """An approved override: its id, the keys it covers, and the moment from which it covers nothing."""

    id: int
    keys: frozenset[str]
    until: datetime


def covered(causes: Iterable[Cause], words: Iterable[Word], *, at: datetime) -> dict[str, int]:
    """Which causes are covered at a moment, and by which override; the newest word where there are several."""
    standing = sorted(word for word in words if word.until > at)  # by id, which comes first and is unique
    return {cause.key: word.id for word in standing for cause in causes if cause.overridable and cause.key in word.keys}


def expiry_refused(until: datetime, *, now: datetime) -> str | None:
    """Why an override cannot run until then; None when it can."""
    if until <= now:
        return "The override would end before it begins: give a later moment."
    if until - now > LONGEST:
        return f"An override lasts {LONGEST.days} days at most: retrain, pin or roll back for longer."
    return None
