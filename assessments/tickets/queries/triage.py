"""What the tickets of a window cost and suggest, by aggregates in the database.

A fixed number of queries whatever the number of tickets. `queries.slots` finds exact percentiles without sorting;
`rules.triage` computes the same from a list of tickets, and the tests compare the two.
"""

from __future__ import annotations

import contextlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from assessments.models import Organization, Ticket
from assessments.tickets.queries.slots import ALL, Slot, Slots, Values, read_values
from assessments.tickets.queries.weeks import Week, weeks_of
from assessments.tickets.rules import simulator, triage
from assessments.tickets.rules.costs import (
    FEWEST_RECORDED,
    Estimates,
    Hours,
    Recorded,
    TypeFigures,
    by_hours,
    figures_of,
    hours_of,
)
from assessments.tickets.rules.titles import TitleGroup, group_titles
from platform_site.errors import Fault, Invalid

DEFAULT_WEEKS = 4
DEFAULT_WINDOW = timedelta(weeks=DEFAULT_WEEKS)
WEEK = timedelta(weeks=1)
MOST_TITLES = 5_000  # the newest of a window: enough to see what is asked most, whatever the number of tickets
TOP_TITLES = 5


class Window(NamedTuple):
    """From a moment on, and before another."""

    start: datetime
    end: datetime


class Selection(NamedTuple):
    """Which tickets: of an organization (None: those of none), opened in a window and, optionally, of one team and on or
    off the platform."""

    organization: Organization | None
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
        tickets = Ticket.objects.order_by().filter(organization=self.organization)
        if self.team is not None:
            tickets = tickets.filter(team=self.team)
        return tickets if self.on_platform is None else tickets.filter(on_platform=self.on_platform)


class Titles(NamedTuple):
    """The titles of the newest tickets of a window by type, and how many were read: 5,000 at most."""

    read: int
    by_type: Mapping[str, Sequence[str]]

    def top(self, kind: str) -> list[TitleGroup]:
        """The titles of a type that come most often, those that ask the same as one."""
        return group_titles(self.by_type.get(kind, ()), TOP_TITLES)


NO_TITLES = Titles(0, {})


class Triage(NamedTuple):
    """What the platform team's tickets cost, and what they suggest.

    ``proposed`` of the labelled tickets were labelled by rules or a model, and no person has confirmed it yet.
    ``counted_in`` says what the vital few are of: `hours`, or `tickets` where nobody recorded any.
    """

    window: Window
    total: int
    untagged: int
    proposed: int
    by_type: list[TypeFigures]
    hours: Hours
    vital_few: list[str]
    counted_in: str
    tickets_per_week: float | None
    per_engineer_per_day: float | None
    off_platform_share: float | None  # of the tickets whose team is known to be on or off it
    platform_unknown: int
    hints: list[triage.Hint]
    weeks: list[Week]
    titles: Titles

    def as_dict(self) -> dict[str, Any]:
        """As the API gives it."""
        fields = self._asdict() | self.hours._asdict()
        fields |= {
            "window": {"from": self.window.start, "to": self.window.end},
            "by_type": [
                figures._asdict() | {"top_titles": [group._asdict() for group in self.titles.top(figures.type)]}
                for figures in self.by_type
            ],
            "hints": [hint._asdict() | {"top": [group._asdict() for group in hint.top]} for hint in self.hints],
            "over_capacity": self.hours.over_capacity,
            "titles_read": self.titles.read,
        }
        return {name: value for name, value in fields.items() if name not in {"weeks", "titles", "hours"}}

    def volumes(self) -> list[simulator.Volume]:
        """The labelled tickets, as the simulator takes them."""
        return [simulator.Volume(figures.type, figures.count, figures.effort_hours) for figures in self.by_type]


PROPOSED = Q(typed_by__in=[Ticket.TypedBy.RULE, Ticket.TypedBy.MODEL])
WAITED = Slots("resolution_hours", an_hour=12)
EFFORT = Slots("effort_hours", an_hour=100, rounded=True)


class Waited(NamedTuple):
    """The tickets of one type resolved within the same five minutes; ``slot`` None: those still open."""

    type: str
    slot: int | None
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    shortest: float | None
    longest: float | None
    off_platform: int
    platform_known: int
    proposed: int


def selection_of(
    organization: Organization | None,
    start: datetime | None,
    end: datetime | None,
    team: str | None = None,
    on_platform: bool | None = None,
) -> Selection:
    """The tickets of a window, by default the last four weeks; Invalid for an empty window."""
    end = end or timezone.now()
    with contextlib.suppress(OverflowError):  # the first weeks of the year 1 have no four weeks before them
        start = start or end - DEFAULT_WINDOW
    if start is None or start >= end:
        raise Invalid([Fault("from", "invalid", "The window is empty: `from` must be before `to`.")])
    return Selection(organization, Window(start, end), team, on_platform)


def triage_of(
    organization: Organization | None,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    team: str | None = None,
    on_platform: bool | None = None,
    with_titles: bool = False,
) -> Triage:
    """An organization's figures of a window, by default the last four weeks; five queries at most. Invalid for an empty window.

    ``with_titles`` reads the newest titles too, in one more query.
    """
    selection = selection_of(organization, start, end, team, on_platform)
    waited, weeks = _waited(selection), weeks_of(selection.ever, *selection.window)
    total, known = sum(slot.count for slot in waited), sum(slot.platform_known for slot in waited)
    figures = _by_type([slot for slot in waited if slot.type], selection)
    a_week = float(median(week.total for week in weeks)) if weeks else None
    engineers = organization.platform_engineers if organization else None
    titles = titles_of(selection) if with_titles and total else NO_TITLES
    return Triage(
        window=selection.window,
        total=total,
        untagged=sum(slot.count for slot in waited if not slot.type),
        proposed=sum(slot.proposed for slot in waited if slot.type),
        by_type=figures,
        hours=hours_of(figures, engineers, (selection.window.end - selection.window.start) / WEEK),
        vital_few=triage.vital_few(figures),
        counted_in=triage.pareto(figures).counted_in,
        tickets_per_week=a_week,
        per_engineer_per_day=triage.per_engineer_per_day(a_week, engineers),
        off_platform_share=sum(slot.off_platform for slot in waited) / known if known else None,
        platform_unknown=total - known,
        hints=triage.hints(figures, titles.by_type),
        weeks=weeks,
        titles=titles,
    )


def titles_of(selection: Selection) -> Titles:
    """The titles of the newest labelled tickets of a window, by type; one query."""
    newest = selection.rows.exclude(type="").order_by("-opened_at")[:MOST_TITLES]
    of = defaultdict(list)
    for kind, title in newest.values_list("type", "title"):
        of[kind].append(title)
    return Titles(sum(map(len, of.values())), of)


def simulation_of(
    organization: Organization | None,
    reductions: Mapping[str, float],
    *,
    ceilings: Mapping[str, float] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> simulator.Simulation:
    """What the labelled tickets of a window would cost with ``reductions``, the shares 0..1 that no longer arrive."""
    return simulator.simulate(triage_of(organization, start=start, end=end).volumes(), reductions, ceilings)


def _waited(selection: Selection) -> list[Waited]:
    rows = (
        selection.rows.annotate(slot=WAITED.expression)
        .values_list("type", "slot")
        .annotate(
            count=Count("*"),
            shortest=Min(WAITED.field),
            longest=Max(WAITED.field),
            off_platform=Count("opened_at", filter=Q(on_platform=False)),
            platform_known=Count("on_platform"),
            proposed=Count("opened_at", filter=PROPOSED),
        )
    )
    return [Waited(*row) for row in rows]


def _by_type(waited: Sequence[Waited], selection: Selection) -> list[TypeFigures]:
    counts: dict[str, int] = defaultdict(int)
    for slot in waited:
        counts[slot.type] += slot.count
    labelled = selection.rows.exclude(type="")
    closed = [
        Slot(slot.type, slot.slot, slot.count, slot.shortest or 0.0, slot.longest or 0.0)
        for slot in waited
        if slot.slot is not None
    ]
    times = read_values(labelled, WAITED, closed, (0.5, 0.9), counts)
    recorded, efforts = _recorded(labelled, counts)
    estimates = _estimates(recorded, efforts)
    tagged = sum(counts.values())
    return by_hours(
        figures_of(
            kind,
            count / tagged,
            (times.percentile(kind, 0.5), times.percentile(kind, 0.9)),
            recorded[kind],
            estimates.of(kind),
        )
        for kind, count in counts.items()
    )


def _recorded(labelled: QuerySet[Ticket], counts: Mapping[str, int]) -> tuple[dict[str, Recorded], Values]:
    """The recorded hours of each type, and their slots with what the medians need; at most two queries."""
    rows = (
        labelled.exclude(effort_hours=None)
        .annotate(slot=EFFORT.expression)
        .values_list("type", "slot")
        .annotate(count=Count("*"), least=Min(EFFORT.field), most=Max(EFFORT.field), hours=Sum(EFFORT.field))
    )
    read = [(Slot(*row[:5]), row[5]) for row in rows] if counts else []
    recorded = {
        kind: Recorded(
            count,
            sum(slot.count for slot, _ in read if slot.group == kind),
            math.fsum(hours for slot, hours in read if slot.group == kind),
        )
        for kind, count in counts.items()
    }
    slots = [slot for slot, _ in read]
    return recorded, read_values(labelled, EFFORT, slots, (0.5,), [*counts, ALL])


def _estimates(recorded: Mapping[str, Recorded], efforts: Values) -> Estimates:
    medians = {kind: efforts.percentile(kind, 0.5) for kind, of in recorded.items() if of.count >= FEWEST_RECORDED}
    return Estimates(
        {kind: hours for kind, hours in medians.items() if hours is not None}, efforts.percentile(ALL, 0.5)
    )
