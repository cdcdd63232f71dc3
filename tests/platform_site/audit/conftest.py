"""Logs to read: five events of one kind, and five at chosen moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from platform_site.access import SYSTEM, Actor
from platform_site.audit import chain
from platform_site.audit.record import record

DAYS = [datetime(2030, 1, day, tzinfo=UTC) for day in (5, 6, 7)]
LAST_OF_THE_SECOND = DAYS[0] - timedelta(microseconds=1)
MOMENTS = [LAST_OF_THE_SECOND, DAYS[0], DAYS[0] + timedelta(microseconds=123_456), DAYS[1], DAYS[2]]
WRITTEN = [
    ("ann", "pin.set", "model:one"),
    ("bob", "pin.set", "model:two"),
    ("ann", "gate.decided", "model:two"),
    ("ann", "pin.set", "model:two"),
    ("bob", "gate.decided", "model:one"),
]


@pytest.fixture
def five_events(db):
    with transaction.atomic():
        for name in ("one", "two", "three", "four", "five"):
            record("pin.set", subject=f"model:{name}", actor=SYSTEM, payload={"feature": name})


@pytest.fixture
def bar_of_two(monkeypatch):
    """Verification tells every second event how far it is."""
    monkeypatch.setattr(chain, "PROGRESS_EVERY", 2)


@pytest.fixture
def written(people, monkeypatch):
    """Five events at `MOMENTS`, after those that the people brought: their sequences."""
    sequences = []
    for moment, (actor, action, subject) in zip(MOMENTS, WRITTEN, strict=True):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        with transaction.atomic():
            sequences.append(record(action, subject=subject, actor=Actor(actor)).sequence)
    monkeypatch.undo()
    return sequences
