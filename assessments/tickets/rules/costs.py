"""What each type of ticket costs, in tickets, in waiting and in engineering hours (K3).

Hours are what people recorded. A ticket without a record is estimated by the median of the recorded ones of its type;
how long a ticket waited is never an hour of work.

>>> from datetime import UTC, datetime
>>> opened = datetime(2026, 1, 5, 9, tzinfo=UTC)
>>> some = [Ticket("bug", opened, effort_hours=hours) for hours in (1.0, 2.0, 2.0, 3.0, 9.0)]
>>> [bug] = by_type([*some, Ticket("bug", opened, datetime(2026, 1, 9, tzinfo=UTC))])
>>> bug.recorded_hours, bug.estimated_hours, bug.hours_are
(17.0, 2.0, 'estimated')
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from assessments.tickets.rules.tickets import Ticket, TicketType

RECORDED, ESTIMATED, NONE = "recorded", "estimated", "none"
FEWEST_RECORDED = 5  # of a type; with fewer, the median over all types says more
HOURS_A_WEEK = 40


class TypeFigures(NamedTuple):
    """What one type costs: shares 0..1 of the labelled tickets, times and efforts in hours.

    ``effort_hours`` is the sum of ``recorded_hours`` and ``estimated_hours``. ``hours_are`` is `recorded` when every
    ticket's effort was recorded, `estimated` when some were not, and `none` when no labelled ticket of any type has a
    record: there are no hours then, and ``hours_per_ticket`` is None.
    """

    type: str
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    share: float
    median_resolution_hours: float | None
    p90_resolution_hours: float | None
    effort_hours: float
    hours_per_ticket: float | None
    hours_are: str
    recorded_hours: float
    estimated_hours: float


class Hours(NamedTuple):
    """The hours of all labelled tickets, and what the platform engineers have in the window (None: number unknown)."""

    hours_are: str
    recorded_hours: float
    estimated_hours: float
    capacity_hours: float | None

    @property
    def over_capacity(self) -> bool | None:
        """Whether the tickets are said to take more than the team has; None where the team's size is not known."""
        return None if self.capacity_hours is None else self.total > self.capacity_hours

    @property
    def total(self) -> float:
        """Recorded and estimated."""
        return self.recorded_hours + self.estimated_hours


class Estimates(NamedTuple):
    """What a ticket without a record is estimated at: by its type, else overall; None where nothing is recorded."""

    by_type: Mapping[str, float]
    overall: float | None

    def of(self, kind: str) -> float | None:
        """The hours of one ticket of this type."""
        return self.by_type.get(kind, self.overall)


def by_type(tickets: Sequence[Ticket]) -> list[TypeFigures]:
    """Figures of every type that occurs, the most hours first. Unlabelled tickets are counted by `untagged`."""
    tagged = [ticket for ticket in tickets if ticket.type]
    of = {str(kind): [ticket for ticket in tagged if ticket.type == kind] for kind in TicketType}
    recorded = {kind: _recorded(some) for kind, some in of.items()}
    by_itself = {kind: median(hours) for kind, hours in recorded.items() if len(hours) >= FEWEST_RECORDED}
    everything = _recorded(tagged)
    estimates = Estimates(by_itself, median(everything) if everything else None)
    return by_hours([_figures(kind, some, len(tagged), estimates) for kind, some in of.items() if some])


def untagged(tickets: Sequence[Ticket]) -> int:
    """How many tickets have no type yet."""
    return sum(not ticket.type for ticket in tickets)


def by_hours(figures: Iterable[TypeFigures]) -> list[TypeFigures]:
    """The most hours first, then the most tickets, then by name."""
    return sorted(figures, key=lambda figure: (-figure.effort_hours, -figure.count, figure.type))


def hours_of(figures: Sequence[TypeFigures], engineers: int | None, weeks: float) -> Hours:
    """All hours of the types, beside the working weeks of the platform engineers.

    >>> hours_of([], 2, 4).capacity_hours, hours_of([], None, 4).over_capacity
    (320, None)
    """
    kinds = {figure.hours_are for figure in figures}
    return Hours(
        ESTIMATED if ESTIMATED in kinds else RECORDED if RECORDED in kinds else NONE,
        math.fsum(figure.recorded_hours for figure in figures),
        math.fsum(figure.estimated_hours for figure in figures),
        engineers * HOURS_A_WEEK * weeks if engineers else None,
    )


def figures_of(
    kind: str,
    share: float,
    resolution: tuple[float | None, float | None],
    recorded: Recorded,
    estimate: float | None,
) -> TypeFigures:
    """The figures of one type, from counts and sums, however they were gathered."""
    missing = recorded.tickets - recorded.count
    estimated = missing * estimate if estimate is not None else 0.0
    hours = recorded.hours + estimated
    known = NONE if estimate is None else ESTIMATED if missing else RECORDED
    return TypeFigures(
        type=kind,
        count=recorded.tickets,
        share=share,
        median_resolution_hours=resolution[0],
        p90_resolution_hours=resolution[1],
        effort_hours=hours,
        hours_per_ticket=None if known == NONE else hours / recorded.tickets,
        hours_are=known,
        recorded_hours=recorded.hours,
        estimated_hours=estimated,
    )


class Recorded(NamedTuple):
    """Of the tickets of a type: how many there are, how many have recorded hours, and the sum of those."""

    tickets: int
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    hours: float


def _figures(kind: str, tickets: Sequence[Ticket], total: int, estimates: Estimates) -> TypeFigures:
    resolution = sorted(hours for ticket in tickets if (hours := _resolution_hours(ticket)) is not None)
    recorded = _recorded(tickets)
    return figures_of(
        kind,
        len(tickets) / total,
        (median(resolution) if resolution else None, _percentile(resolution, 0.9)),
        Recorded(len(tickets), len(recorded), math.fsum(recorded)),
        estimates.of(kind),
    )


def _recorded(tickets: Sequence[Ticket]) -> list[float]:
    return [ticket.effort_hours for ticket in tickets if ticket.effort_hours is not None]


def _resolution_hours(ticket: Ticket) -> float | None:
    return (ticket.resolved_at - ticket.opened_at) / timedelta(hours=1) if ticket.resolved_at else None


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """Linear between the neighbours, as `numpy.quantile` has it."""
    if not ordered:
        return None
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
