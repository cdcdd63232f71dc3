"""How many tickets of each type came in each week of a window: one query, which reads each week by its own range."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, IntegerField, Q, QuerySet, Value

from assessments.models import Ticket
from assessments.tickets.rules.tickets import TicketType

WEEK = timedelta(weeks=1)
MOST_WEEKS = 400  # of one query: SQLite joins 500 at most. Of a longer window the last 400 weeks count.


class Week(NamedTuple):
    """One full week: when it began, its tickets, and those of each type."""

    start: datetime
    total: int
    by_type: dict[str, int]


def weeks_of(rows: QuerySet[Ticket], start: datetime, end: datetime) -> list[Week]:
    """The full weeks of a window, counted from its start, oldest first; a week without tickets has its zeros.

    ``rows`` come without bounds on when they were opened: SQLite would seek by the wider of two and read all each week.
    """
    count = (end - start) // WEEK
    starts = [start + week * WEEK for week in range(max(0, count - MOST_WEEKS), count)]
    if not starts:
        return []
    first, *others = (_counted(rows, place, begun) for place, begun in enumerate(starts))
    rows_of_weeks: Iterable[Any] = first.union(*others, all=True) if others else first
    counted = {place: by_type for place, *by_type in rows_of_weeks}
    nothing = [0] * (1 + len(TicketType))
    return [_week(begun, *counted.get(place, nothing)) for place, begun in enumerate(starts)]


def _week(start: datetime, total: int, *by_type: int) -> Week:
    return Week(start, total, dict(zip(map(str, TicketType), by_type, strict=True)))


def _counted(rows: QuerySet[Ticket], place: int, begun: datetime) -> QuerySet[Ticket]:
    by_type = {f"count_{kind}": Count("opened_at", filter=Q(type=kind)) for kind in TicketType}
    within = rows.filter(opened_at__gte=begun, opened_at__lt=begun + WEEK)
    week = within.annotate(place=Value(place, output_field=IntegerField())).values("place")
    return week.annotate(total=Count("*"), **by_type).values_list("place", "total", *by_type)
