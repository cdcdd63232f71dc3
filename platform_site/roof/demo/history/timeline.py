"""The moments of the demo's history, played in the order of their times."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from platform_site.audit.models import AuditEvent
from platform_site.roof.demo.history.clock import story_clock
from registry.checks.actions import execution
from registry.models import CheckRun


class Moment(NamedTuple):
    """Something that happened at a time of the past."""

    at: datetime
    act: Callable[[], object]


def play(moments: Iterable[Moment]) -> None:
    """Let every moment happen at its time, all of them or none; the check runs that it queues are computed at once.

    Where the audit chain has events already, the history is drawn together between the last of them and now.
    """
    ordered = sorted(moments, key=lambda moment: moment.at)
    last, now = last_event(), timezone.now()
    before = newest_run()
    with transaction.atomic(), story_clock(last) as clock:
        for moment in ordered:
            clock.move(drawn_together(moment.at, (ordered[0].at, now), last))
            moment.act()
            compute_what_is_queued(after=before)


def drawn_together(moment: datetime, story: tuple[datetime, datetime], last: datetime | None) -> datetime:
    """The time at which a moment of a story can be recorded: its own, or after the last event in proportion.

    >>> from datetime import UTC
    >>> first, middle, now = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 11, 21))
    >>> drawn_together(middle, (first, now), None).day, drawn_together(middle, (first, now), middle).day
    (11, 16)
    """
    first, now = story
    if last is None or last <= first or now <= first:
        return moment
    return last + (moment - first) * ((now - last) / (now - first))


def last_event() -> datetime | None:
    """When the last event of the audit chain was recorded."""
    event = AuditEvent.objects.order_by("sequence").last()
    return parse_datetime(event.at) if event else None


def newest_run() -> int:
    """The key of the newest check run, 0 without any."""
    return CheckRun.objects.aggregate(newest=Max("pk"))["newest"] or 0


def compute_what_is_queued(*, after: int) -> None:
    """Run the checks that were queued after a run, as a worker would. The message that was sent finds them finished."""
    queued = CheckRun.objects.filter(state=CheckRun.State.QUEUED, pk__gt=after)
    for key in queued.order_by("pk").values_list("pk", flat=True):
        execution.execute(key)
