"""Moments are played in the order of their times, after what the audit chain has already, all of them or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from platform_site.access import SYSTEM
from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from platform_site.audit.record import record
from platform_site.roof.demo.history.timeline import Moment, last_event, play

pytestmark = pytest.mark.django_db


def note(name: str) -> None:
    with transaction.atomic():
        record("demo.noted", subject=name, actor=SYSTEM)


def moments(*days: int) -> list[Moment]:
    now = timezone.now()
    return [Moment(now - timedelta(days=ago), lambda ago=ago: note(f"day:{ago}")) for ago in days]


def events() -> list[tuple[str, int]]:
    """Every event with the days since."""
    now = timezone.now()
    rows = AuditEvent.objects.order_by("sequence").values_list("subject", "at")
    return [(subject, round((now - parse_datetime(at)) / timedelta(days=1))) for subject, at in rows]


def test_they_are_recorded_in_order_each_at_its_time():
    play(moments(3, 40, 12))
    assert events() == [("day:40", 40), ("day:12", 12), ("day:3", 3)]
    assert audit.verify().valid


def test_a_chain_with_events_is_continued_after_the_last_of_them():
    play(moments(20))
    play(moments(40, 20, 0))
    assert events() == [("day:20", 20), ("day:40", 20), ("day:20", 10), ("day:0", 0)]
    times = [*AuditEvent.objects.order_by("sequence").values_list("at", flat=True)]
    assert times == sorted(times)


def test_one_that_fails_takes_all_of_them_back():
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        play([*moments(9), Moment(timezone.now(), fail)])
    assert last_event() is None
