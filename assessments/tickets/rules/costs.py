"""What each type of ticket costs, in tickets, in waiting and in engineering hours (K3).

>>> from datetime import UTC, datetime
>>> opened = datetime(2026, 1, 5, 9, tzinfo=UTC)
>>> closed = datetime(2026, 1, 5, 13, tzinfo=UTC)
>>> [found] = by_type([Ticket("bug", opened, closed, effort_hours=1), Ticket("bug", opened, closed)])
>>> found.median_resolution_hours, found.effort_hours, found.hours_are
(4.0, 5.0, 'resolution_time')
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from assessments.tickets.rules.tickets import Ticket, TicketType

RECORDED, RESOLUTION_TIME = "recorded", "resolution_time"


class TypeFigures(NamedTuple):
    """What one type costs: shares 0..1 of the labelled tickets, times and efforts in hours.

    ``hours_are`` is `recorded` when every ticket's effort was recorded, else `resolution_time`, which then stands in.
    ``hours_per_ticket`` is over the tickets whose hours are known, None where none are.
    """

    type: str
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    share: float
    median_resolution_hours: float | None
    p90_resolution_hours: float | None
    effort_hours: float
    hours_per_ticket: float | None
    hours_are: str


def by_type(tickets: Sequence[Ticket]) -> list[TypeFigures]:
    """Figures of every type that occurs, the most hours first. Unlabelled tickets are counted by `untagged`."""
    tagged = [ticket for ticket in tickets if ticket.type]
    figures_of = [_figures(str(kind), [t for t in tagged if t.type == kind], len(tagged)) for kind in TicketType]
    return by_hours([figures for figures in figures_of if figures.count])


def untagged(tickets: Sequence[Ticket]) -> int:
    """How many tickets have no type yet."""
    return sum(not ticket.type for ticket in tickets)


def by_hours(figures: Sequence[TypeFigures]) -> list[TypeFigures]:
    """The most hours first, types with equal hours by name."""
    return sorted(figures, key=lambda figure: (-figure.effort_hours, figure.type))


def _figures(kind: str, tickets: Sequence[Ticket], total: int) -> TypeFigures:
    resolution = sorted(hours for ticket in tickets if (hours := _resolution_hours(ticket)) is not None)
    # The cost of an open ticket without an effort is unknown: it is counted, but not averaged in as zero.
    spent = [hours for ticket in tickets if (hours := _hours_spent(ticket)) is not None]
    hours = math.fsum(spent)
    return TypeFigures(
        type=kind,
        count=len(tickets),
        share=len(tickets) / total if total else 0.0,
        median_resolution_hours=median(resolution) if resolution else None,
        p90_resolution_hours=_percentile(resolution, 0.9),
        effort_hours=hours,
        hours_per_ticket=hours / len(spent) if spent else None,
        hours_are=RECORDED if all(ticket.effort_hours is not None for ticket in tickets) else RESOLUTION_TIME,
    )


def _hours_spent(ticket: Ticket) -> float | None:
    """The effort as recorded, else the resolution time in its place."""
    return ticket.effort_hours if ticket.effort_hours is not None else _resolution_hours(ticket)


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
