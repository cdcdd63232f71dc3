"""Triage of the platform team's tickets: what to fix at the root (K3, K4, K5).

Pure and small: the reference for the figures that are computed in the database.

>>> from datetime import UTC, datetime
>>> monday = datetime(2026, 1, 5, tzinfo=UTC)
>>> found = by_type([Ticket("access", monday, effort_hours=6), Ticket("bug", monday, effort_hours=2)])
>>> [(line.type, line.cumulative_share) for line in pareto(found)], vital_few(found)
([('access', 0.75), ('bug', 1.0)], ['access', 'bug'])
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from statistics import median
from typing import NamedTuple

from assessments.tickets.rules.costs import TypeFigures, by_hours
from assessments.tickets.rules.costs import by_type as by_type  # one address for readers: all of K is found here
from assessments.tickets.rules.costs import untagged as untagged
from assessments.tickets.rules.tickets import Proposal as Proposal
from assessments.tickets.rules.tickets import Ticket, TicketType
from assessments.tickets.rules.tickets import propose_type as propose_type

HINT_SHARE, HINT_TIMES, VITAL_SHARE = 0.30, 2.0, 0.80
WORKING_DAYS_A_WEEK = 5
ROUNDING = 1e-9  # sums of hours in floats: 80% missed by float rounding alone counts as reached


class ParetoLine(NamedTuple):
    """One bar, in hours, and the share 0..1 of all hours that it and the bars before it make up."""

    type: str
    effort_hours: float
    cumulative_share: float


class Hint(NamedTuple):
    """What a figure suggests: a share 0..1 for `access` and `how_to`, hours per ticket for `feature_request`."""

    type: str
    figure: float
    advice: str


def pareto(figures: Sequence[TypeFigures]) -> list[ParetoLine]:
    """The types by hours, with the cumulative line; none where no hours are known."""
    ordered = by_hours(figures)
    total = math.fsum(figure.effort_hours for figure in ordered)
    if not total:
        return []
    sums = accumulate(figure.effort_hours for figure in ordered)
    return [
        ParetoLine(figure.type, figure.effort_hours, min(hours / total, 1.0))
        for figure, hours in zip(ordered, sums, strict=True)
    ]


def vital_few(figures: Sequence[TypeFigures]) -> list[str]:
    """The smallest set of types that makes up 80% of the hours, the largest first."""
    lines = pareto(figures)
    before = [0.0, *(line.cumulative_share for line in lines)]
    return [line.type for line, reached in zip(lines, before, strict=False) if reached < VITAL_SHARE - ROUNDING]


def tickets_per_week(tickets: Sequence[Ticket], start: datetime, end: datetime) -> float | None:
    """The median over the full weeks of the window, counted from its start; None when it holds no full week."""
    weeks = (end - start) // timedelta(weeks=1)
    if weeks < 1:
        return None
    counts = [0] * weeks
    for ticket in tickets:
        week = (ticket.opened_at - start) // timedelta(weeks=1)
        if 0 <= week < weeks:
            counts[week] += 1
    return float(median(counts))


def per_engineer_per_day(a_week: float | None, engineers: int | None) -> float | None:
    """Tickets for each engineer on each of five working days; None where the number of engineers is not known.

    >>> per_engineer_per_day(8, 2)
    0.8
    """
    return None if a_week is None or not engineers else a_week / engineers / WORKING_DAYS_A_WEEK


def off_platform_share(tickets: Sequence[Ticket]) -> float | None:
    """The share of tickets from teams that are not on the platform, 0..1."""
    return sum(not ticket.on_platform for ticket in tickets) / len(tickets) if tickets else None


def hints(figures: Sequence[TypeFigures]) -> list[Hint]:
    """Advice from the shares and hours, each with the figure behind it."""
    by_name = {figure.type: figure for figure in figures}
    advised = []
    access, how_to = by_name.get(TicketType.ACCESS), by_name.get(TicketType.HOW_TO)
    if access and access.share >= HINT_SHARE:
        advised.append(Hint("access", access.share, "Automate provisioning: too much access is granted by hand."))
    if how_to and how_to.share >= HINT_SHARE:
        advice = "Close the documentation gap: write runnable examples for the top three questions."
        advised.append(Hint("how_to", how_to.share, advice))
    hours = _costly_request(figures)
    if hours is not None:
        advised.append(Hint("feature_request", hours, "Publish the catalogue of escape hatches."))
    return advised


def _costly_request(figures: Sequence[TypeFigures]) -> float | None:
    """Hours per feature request, if at least twice the median of the other types'."""
    known = {figure.type: figure.hours_per_ticket for figure in figures if figure.hours_per_ticket is not None}
    request = known.pop(TicketType.FEATURE_REQUEST, None)
    return request if request and known and request >= HINT_TIMES * median(known.values()) else None
