"""Sorting the platform team's tickets to find what to fix at the root (K2, K3, K4, K5).

Pure and small: the reference that the figures computed in the database are held against.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any, NamedTuple


class TicketType(StrEnum):
    """What a ticket is about."""

    ACCESS = "access"
    HOW_TO = "how_to"
    FEATURE_REQUEST = "feature_request"
    BUG = "bug"
    OTHER = "other"


class Ticket(NamedTuple):
    """A ticket as the figures need it; ``type`` is empty while nobody tagged it, times are aware."""

    type: str
    opened_at: datetime
    resolved_at: datetime | None = None
    effort_hours: float | None = None
    on_platform: bool = True


class TypeFigures(NamedTuple):
    """What one type costs. Hours are engineering hours as recorded, or resolution time where none was recorded."""

    type: str
    count: int
    share: float
    median_resolution_hours: float | None
    p90_resolution_hours: float | None
    effort_hours: float
    hours_per_ticket: float
    hours_are: str


class Proposal(NamedTuple):
    """A type proposed from a ticket's text, with a confidence 0..1."""

    type: str
    confidence: float
    typed_by: str = "rule"


RULES: tuple[tuple[str, str, float], ...] = (
    (r"\b(how (do|can|to|should)|where (do|can|is)|what is|example|documentation|docs)\b", TicketType.HOW_TO, 0.8),
    (
        r"\b(access|grant|permission|quota|namespace|credential|login|role|add (me|user|member))\b",
        TicketType.ACCESS,
        0.8,
    ),
    (r"\b(error|fail(s|ed|ing|ure)?|broken|crash(es|ed)?|timeout|exception|bug|stuck)\b", TicketType.BUG, 0.7),
    (r"\b(support for|would like|feature request|could (we|you)|please add|custom)\b", TicketType.FEATURE_REQUEST, 0.6),
)
HINT_SHARE, HINT_TIMES, VITAL_SHARE = 0.30, 2.0, 0.80


def propose_type(title: str, body: str = "") -> Proposal:
    """Propose a type by rules, the title before the body.

    >>> propose_type("How do I run a backfill?").type, propose_type("Please grant quota").type
    ('how_to', 'access')
    """
    for text, weight in ((title, 1.0), (body, 0.6)):
        for pattern, kind, confidence in RULES:
            if re.search(pattern, text.lower()):
                return Proposal(str(kind), round(confidence * weight, 2))
    return Proposal(str(TicketType.OTHER), 0.2)


def by_type(tickets: Sequence[Ticket]) -> list[TypeFigures]:
    """Figures of every type that occurs, the most hours first. Untagged tickets are counted by `untagged`."""
    tagged = [ticket for ticket in tickets if ticket.type]
    found = [_figures(str(kind), [t for t in tagged if t.type == kind], len(tagged)) for kind in TicketType]
    return sorted((figures for figures in found if figures.count), key=lambda one: (-one.effort_hours, one.type))


def untagged(tickets: Sequence[Ticket]) -> int:
    """How many tickets nobody tagged yet."""
    return sum(not ticket.type for ticket in tickets)


def vital_few(figures: Sequence[TypeFigures]) -> list[str]:
    """The smallest set of types that makes up 80 % of the hours, the largest first."""
    total = math.fsum(one.effort_hours for one in figures)
    chosen: list[str] = []
    reached = 0.0
    for one in sorted(figures, key=lambda one: (-one.effort_hours, one.type)):
        if not total or reached >= VITAL_SHARE * total - 1e-9:
            break
        reached += one.effort_hours
        chosen.append(one.type)
    return chosen


def tickets_per_week(tickets: Sequence[Ticket], start: datetime, end: datetime) -> float | None:
    """The median over the full weeks of the window; None when it holds no full week."""
    weeks = (end - start) // timedelta(weeks=1)
    if not weeks:
        return None
    counts = [0] * weeks
    for ticket in tickets:
        week = (ticket.opened_at - start) // timedelta(weeks=1)
        if 0 <= week < weeks:
            counts[week] += 1
    return float(median(counts))


def per_engineer_per_day(a_week: float | None, engineers: int | None) -> float | None:
    """Tickets for each engineer on each of five working days.

    >>> per_engineer_per_day(8, 2)
    0.8
    """
    return None if a_week is None or not engineers else a_week / engineers / 5


def off_platform_share(tickets: Sequence[Ticket]) -> float | None:
    """The share of tickets from teams that are not on the platform, 0..1."""
    return sum(not ticket.on_platform for ticket in tickets) / len(tickets) if tickets else None


def hints(figures: Sequence[TypeFigures]) -> list[dict[str, Any]]:
    """What the shares and hours point to, each with the figure that says so."""
    found = {one.type: one for one in figures}
    said = []
    access, how_to = found.get(TicketType.ACCESS), found.get(TicketType.HOW_TO)
    if access and access.share >= HINT_SHARE:
        said.append(_hint("access", access.share, "Automate provisioning: access is granted by hand too often."))
    if how_to and how_to.share >= HINT_SHARE:
        said.append(_hint("how_to", how_to.share, "Write runnable examples for the top three questions."))
    request = found.get(TicketType.FEATURE_REQUEST)
    others = [one.hours_per_ticket for one in figures if one.type != TicketType.FEATURE_REQUEST]
    if request and others and median(others) and request.hours_per_ticket >= HINT_TIMES * median(others):
        times = request.hours_per_ticket / median(others)
        said.append(_hint("feature_request", times, "Publish the catalogue of escape hatches."))
    return said


def _hint(kind: str, figure: float, advice: str) -> dict[str, Any]:
    return {"type": kind, "figure": round(figure, 3), "advice": advice}


def _figures(kind: str, tickets: Sequence[Ticket], total: int) -> TypeFigures:
    resolution = sorted(_hours(ticket) for ticket in tickets if ticket.resolved_at)
    recorded = [ticket.effort_hours for ticket in tickets if ticket.effort_hours is not None]
    hours = math.fsum(recorded) if recorded else math.fsum(resolution)
    return TypeFigures(
        type=kind,
        count=len(tickets),
        share=len(tickets) / total if total else 0.0,
        median_resolution_hours=median(resolution) if resolution else None,
        p90_resolution_hours=_percentile(resolution, 0.9),
        effort_hours=hours,
        hours_per_ticket=hours / len(tickets) if tickets else 0.0,
        hours_are="recorded" if recorded else "resolution_time",
    )


def _hours(ticket: Ticket) -> float:
    return (ticket.resolved_at - ticket.opened_at) / timedelta(hours=1)


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """Linear between the neighbours, as `numpy.quantile` has it."""
    if not ordered:
        return None
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
