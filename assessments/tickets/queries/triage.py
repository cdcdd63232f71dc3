"""What the tickets of a window cost and suggest, by aggregates in the database.

A fixed number of queries whatever the number of tickets. Times of resolution are counted by slots of five minutes, and
only the slots that hold a percentile are read value by value: the percentiles are exact and nothing is sorted.
`rules.triage` computes the same from a list of tickets; the tests compare the two.
"""

from __future__ import annotations

import contextlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from statistics import median
from typing import Any, NamedTuple

from django.db.models import Count, F, Func, IntegerField, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from assessments.models import Organization, Ticket
from assessments.tickets.queries.weeks import Week, weeks_of
from assessments.tickets.rules import simulator, triage
from assessments.tickets.rules.costs import RECORDED, RESOLUTION_TIME, TypeFigures, by_hours
from platform_site.errors import Fault, Invalid

DEFAULT_WINDOW = timedelta(weeks=4)
SLOTS_AN_HOUR = 12


class Window(NamedTuple):
    """From a moment on, and before another."""

    start: datetime
    end: datetime


class Selection(NamedTuple):
    """Which tickets: opened in a window and, optionally, of one team and on or off the platform."""

    window: Window
    team: str | None = None
    on_platform: bool | None = None

    @property
    def rows(self) -> QuerySet[Ticket]:
        """The tickets, in no order."""
        return self.ever.filter(opened_at__gte=self.window.start, opened_at__lt=self.window.end)

    @property
    def ever(self) -> QuerySet[Ticket]:
        """The tickets of the team and platform filter, whenever they were opened."""
        tickets = Ticket.objects.order_by()
        if self.team is not None:
            tickets = tickets.filter(team=self.team)
        return tickets if self.on_platform is None else tickets.filter(on_platform=self.on_platform)


class Triage(NamedTuple):
    """What the platform team's tickets cost, and what they suggest.

    ``proposed`` of the labelled tickets were labelled by rules or a model, and no person has confirmed it yet.
    """

    window: Window
    total: int
    untagged: int
    proposed: int
    by_type: list[TypeFigures]
    vital_few: list[str]
    tickets_per_week: float | None
    per_engineer_per_day: float | None
    off_platform_share: float | None
    hints: list[triage.Hint]
    weeks: list[Week]

    def as_dict(self) -> dict[str, Any]:
        """As the API gives it."""
        fields = self._asdict() | {
            "window": {"from": self.window.start, "to": self.window.end},
            "by_type": [figures._asdict() for figures in self.by_type],
            "hints": [hint._asdict() for hint in self.hints],
        }
        del fields["weeks"]
        return fields

    def volumes(self) -> list[simulator.Volume]:
        """The labelled tickets, as the simulator takes them."""
        return [simulator.Volume(figures.type, figures.count, figures.effort_hours) for figures in self.by_type]


class Whole(Func):
    """A number from 0 without its fraction. Django's own Floor is a function of Python on SQLite, called for each row."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS INTEGER)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="FLOOR(%(expressions)s)::integer", **extra)


WAITED = "resolution_hours"
PROPOSED = Q(typed_by__in=[Ticket.TypedBy.RULE, Ticket.TypedBy.MODEL])
SLOT = Whole(F(WAITED) * SLOTS_AN_HOUR)


class Slot(NamedTuple):
    """The tickets of one type resolved within the same five minutes; ``slot`` None: those still open."""

    type: str
    slot: int | None
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    shortest: float | None
    longest: float | None
    recorded: int
    recorded_hours: float
    waited_unrecorded: float
    off_platform: int
    proposed: int


def selection_of(
    start: datetime | None, end: datetime | None, team: str | None = None, on_platform: bool | None = None
) -> Selection:
    """The tickets of a window, by default the last four weeks; Invalid for an empty window."""
    end = end or timezone.now()
    with contextlib.suppress(OverflowError):  # the first weeks of the year 1 have no four weeks before them
        start = start or end - DEFAULT_WINDOW
    if start is None or start >= end:
        raise Invalid([Fault("from", "invalid", "The window is empty: `from` must be before `to`.")])
    return Selection(Window(start, end), team, on_platform)


def triage_of(
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    team: str | None = None,
    on_platform: bool | None = None,
    organization: Organization | None = None,
) -> Triage:
    """The figures of a window, by default the last four weeks; three queries. Invalid for an empty window."""
    selection = selection_of(start, end, team, on_platform)
    slots, weeks = _slots(selection), weeks_of(selection.ever, *selection.window)
    total = sum(slot.count for slot in slots)
    figures = _by_type([slot for slot in slots if slot.type], selection)
    a_week = float(median(week.total for week in weeks)) if weeks else None
    engineers = organization.platform_engineers if organization else None
    return Triage(
        window=selection.window,
        total=total,
        untagged=sum(slot.count for slot in slots if not slot.type),
        proposed=sum(slot.proposed for slot in slots if slot.type),
        by_type=figures,
        vital_few=triage.vital_few(figures),
        tickets_per_week=a_week,
        per_engineer_per_day=triage.per_engineer_per_day(a_week, engineers),
        off_platform_share=sum(slot.off_platform for slot in slots) / total if total else None,
        hints=triage.hints(figures),
        weeks=weeks,
    )


def simulation_of(
    reductions: Mapping[str, float], *, start: datetime | None = None, end: datetime | None = None
) -> simulator.Simulation:
    """What the labelled tickets of a window would cost with ``reductions``, the shares 0..1 that no longer arrive."""
    return simulator.simulate(triage_of(start=start, end=end).volumes(), reductions)


def _slots(selection: Selection) -> list[Slot]:
    unrecorded = Q(effort_hours=None)
    rows = (
        selection.rows.annotate(slot=SLOT)
        .values_list("type", "slot")
        .annotate(
            count=Count("*"),
            shortest=Min(WAITED),
            longest=Max(WAITED),
            recorded=Count("effort_hours"),
            recorded_hours=Sum("effort_hours", default=0.0),
            waited_unrecorded=Sum(WAITED, filter=unrecorded, default=0.0),
            off_platform=Count("opened_at", filter=Q(on_platform=False)),
            proposed=Count("opened_at", filter=PROPOSED),
        )
    )
    return [Slot(*row) for row in rows]


def _by_type(slots: Sequence[Slot], selection: Selection) -> list[TypeFigures]:
    of = defaultdict(list)
    for slot in slots:
        of[slot.type].append(slot)
    closed = {kind: sorted(s for s in group if s.slot is not None) for kind, group in of.items()}
    values = _values({kind: _needed(group) for kind, group in closed.items()}, selection)
    tagged = sum(slot.count for slot in slots)
    return by_hours([_figures(kind, group, closed[kind], values, tagged) for kind, group in of.items()])


def _figures(
    kind: str,
    slots: Sequence[Slot],
    closed: Sequence[Slot],
    values: Mapping[tuple[str, int | None], list[float]],
    tagged: int,
) -> TypeFigures:
    count, recorded = sum(slot.count for slot in slots), sum(slot.recorded for slot in slots)
    hours = math.fsum(slot.recorded_hours + slot.waited_unrecorded for slot in slots)
    # The cost of an open ticket without an effort is unknown: it is counted, but not averaged in as zero.
    known = recorded + sum(slot.count - slot.recorded for slot in closed)
    return TypeFigures(
        type=kind,
        count=count,
        share=count / tagged,
        median_resolution_hours=_percentile(closed, values, 0.5),
        p90_resolution_hours=_percentile(closed, values, 0.9),
        effort_hours=hours,
        hours_per_ticket=hours / known if known else None,
        hours_are=RECORDED if recorded == count else RESOLUTION_TIME,
    )


def _ranks(count: int, share: float) -> tuple[int, int, float]:
    """The two neighbours of a percentile, counted from 0, and how far it lies between them (as `numpy.quantile`)."""
    position = share * (count - 1)
    below = math.floor(position)
    return below, min(below + 1, count - 1), position - below


def _needed(closed: Sequence[Slot]) -> list[Slot]:
    """The slots in which the median and the 90th percentile lie, but for those whose values are all the same."""
    count = sum(slot.count for slot in closed)
    ranks = {rank for share in (0.5, 0.9) for rank in _ranks(count, share)[:2]} if count else set()
    needed, before = [], 0
    for slot in closed:
        if slot.shortest != slot.longest and any(before <= rank < before + slot.count for rank in ranks):
            needed.append(slot)
        before += slot.count
    return needed


def _values(needed: Mapping[str, Sequence[Slot]], selection: Selection) -> dict[tuple[str, int | None], list[float]]:
    """The hours in each of the slots, sorted; one query, none where nothing is needed."""
    wanted = [Q(type=kind, slot__in=[slot.slot for slot in slots]) for kind, slots in needed.items() if slots]
    hours_of = defaultdict(list)
    if wanted:
        rows = selection.rows.exclude(resolution_hours=None).annotate(slot=SLOT).filter(reduce(or_, wanted))
        for kind, slot, waited in rows.values_list("type", "slot", WAITED):
            hours_of[kind, slot].append(waited)
    return {where: sorted(hours) for where, hours in hours_of.items()}


def _percentile(
    closed: Sequence[Slot], values: Mapping[tuple[str, int | None], list[float]], share: float
) -> float | None:
    count = sum(slot.count for slot in closed)
    if not count:
        return None
    below, above, between = _ranks(count, share)
    low, high = _value_at(closed, values, below), _value_at(closed, values, above)
    return low + (high - low) * between


def _value_at(closed: Sequence[Slot], values: Mapping[tuple[str, int | None], list[float]], rank: int) -> float:
    for slot in closed:
        if rank < slot.count:
            hours = slot.shortest if slot.shortest == slot.longest else values[slot.type, slot.slot][rank]
            assert hours is not None  # only open tickets have none, and `closed` leaves them out
            return hours
        rank -= slot.count
    raise IndexError(rank)
