"""Triage of the platform team's tickets: what to fix at the root (K3, K4, K5).

Pure and small: the reference for the figures that are computed in the database.

>>> from datetime import UTC, datetime
>>> monday = datetime(2026, 1, 5, tzinfo=UTC)
>>> found = by_type([Ticket("access", monday, effort_hours=6), Ticket("bug", monday, effort_hours=2)])
>>> [(line.type, line.cumulative_share) for line in pareto(found).lines], vital_few(found)
([('access', 0.75), ('bug', 1.0)], ['access', 'bug'])
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from statistics import median
from typing import NamedTuple

from assessments.tickets.rules.costs import TypeFigures
from assessments.tickets.rules.costs import by_type as by_type  # one address for readers: all of K is found here
from assessments.tickets.rules.costs import untagged as untagged
from assessments.tickets.rules.halving import HOURS, TICKETS
from assessments.tickets.rules.tickets import Proposal as Proposal
from assessments.tickets.rules.tickets import Ticket, TicketType
from assessments.tickets.rules.tickets import propose_type as propose_type
from assessments.tickets.rules.titles import TitleGroup, access_target, group_titles

HINT_SHARE, HINT_TIMES, VITAL_SHARE = 0.30, 2.0, 0.80
WORKING_DAYS_A_WEEK = 5
MOST_EXAMPLES = 3
ROUNDING = 1e-9  # sums of hours in floats: 80% missed by float rounding alone counts as reached


class ParetoLine(NamedTuple):
    """One bar, in hours or tickets, and the share 0..1 of all that it and the bars before it make up."""

    type: str
    amount: float
    cumulative_share: float


class Pareto(NamedTuple):
    """The bars, the largest first, counted in `hours`, or in `tickets` where no hours are recorded at all."""

    counted_in: str
    lines: list[ParetoLine]


class Hint(NamedTuple):
    """What a figure suggests: a share 0..1 for `access` and `how_to`, hours per ticket for `feature_request`.

    ``top`` says where to begin: what access was asked for, the questions, or the special needs that come most often.
    """

    type: str
    figure: float
    advice: str
    top: list[TitleGroup]


def pareto(figures: Sequence[TypeFigures]) -> Pareto:
    """The types by hours, with the cumulative line; by tickets where nobody recorded any hours."""
    by_hours = any(figure.effort_hours for figure in figures)
    amounts = {figure.type: figure.effort_hours if by_hours else figure.count for figure in figures}
    ordered = sorted(amounts, key=lambda kind: (-amounts[kind], kind))
    total, sums = math.fsum(amounts.values()), accumulate(amounts[kind] for kind in ordered)
    lines = [
        ParetoLine(kind, amounts[kind], min(reached / total, 1.0))
        for kind, reached in zip(ordered, sums, strict=True)
        if total
    ]
    return Pareto(HOURS if by_hours else TICKETS, lines)


def vital_few(figures: Sequence[TypeFigures]) -> list[str]:
    """The smallest set of types that makes up 80% of the hours, or of the tickets without hours; the largest first."""
    lines = pareto(figures).lines
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
    """The share of tickets from teams that are not on the platform, 0..1, of those whose team is known to be or not."""
    known = [ticket.on_platform for ticket in tickets if ticket.on_platform is not None]
    return known.count(False) / len(known) if known else None


def hints(figures: Sequence[TypeFigures], titles: Mapping[str, Sequence[str]] | None = None) -> list[Hint]:
    """Advice from the shares and hours, each with the figure behind it and, from the titles by type, where to begin."""
    by_name, titles_of = {figure.type: figure for figure in figures}, titles or {}
    advised = []
    access, how_to = by_name.get(TicketType.ACCESS), by_name.get(TicketType.HOW_TO)
    if access and access.share >= HINT_SHARE:
        targets = [target for title in titles_of.get(TicketType.ACCESS, ()) if (target := access_target(title))]
        advice = "Automate provisioning: too much access is granted by hand."
        advised.append(Hint("access", access.share, advice, group_titles(targets, MOST_EXAMPLES)))
    if how_to and how_to.share >= HINT_SHARE:
        questions = group_titles(titles_of.get(TicketType.HOW_TO, ()), MOST_EXAMPLES)
        advice = "Close the documentation gap: write runnable examples for the top three questions."
        advised.append(Hint("how_to", how_to.share, advice, questions))
    hours = _costly_request(figures)
    if hours is not None:
        needs = group_titles(titles_of.get(TicketType.FEATURE_REQUEST, ()), MOST_EXAMPLES)
        advised.append(Hint("feature_request", hours, "Publish the catalogue of escape hatches.", needs))
    return advised


def _costly_request(figures: Sequence[TypeFigures]) -> float | None:
    """Hours per feature request, if at least twice the median of the other types'."""
    known = {figure.type: figure.hours_per_ticket for figure in figures if figure.hours_per_ticket is not None}
    request = known.pop(TicketType.FEATURE_REQUEST, None)
    return request if request and known and request >= HINT_TIMES * median(known.values()) else None
