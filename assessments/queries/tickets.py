"""Tickets and what they cost over a window."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from assessments.domain import simulator, ticket_costs, triage
from assessments.domain.ticket_costs import TypeFigures
from assessments.models import Organization, Ticket
from platform_site.errors import Fault, Invalid, Unknown

DEFAULT_WINDOW = timedelta(weeks=4)


class Window(NamedTuple):
    """From a moment on, and before another."""

    start: datetime
    end: datetime


class Triage(NamedTuple):
    """What the platform team's tickets cost, and what they point to."""

    window: Window
    total: int
    untagged: int
    by_type: list[TypeFigures]
    vital_few: list[str]
    tickets_per_week: float | None
    per_engineer_per_day: float | None
    off_platform_share: float | None
    hints: list[triage.Hint]

    def as_dict(self) -> dict[str, Any]:
        """As the API gives it."""
        return self._asdict() | {
            "window": {"from": self.window.start, "to": self.window.end},
            "by_type": [figures._asdict() for figures in self.by_type],
            "hints": [hint._asdict() for hint in self.hints],
        }


def tickets() -> QuerySet[Ticket]:
    """Every ticket, newest first."""
    return Ticket.objects.order_by("-opened_at", "-pk")


def ticket(ticket_id: int) -> Ticket:
    """One ticket; Unknown when there is none."""
    found = tickets().filter(pk=ticket_id).first()
    if found is None:
        raise Unknown(f"There is no ticket {ticket_id}.")
    return found


def triage_of(
    *, start: datetime | None = None, end: datetime | None = None, organization: Organization | None = None
) -> Triage:
    """The figures of a window, the last four weeks unless told; one query. Invalid for a window that never opens."""
    window = _window(start, end or timezone.now())
    found = [one.as_facts for one in tickets().filter(opened_at__gte=window.start, opened_at__lt=window.end)]
    figures = ticket_costs.by_type(found)
    a_week = triage.tickets_per_week(found, window.start, window.end)
    engineers = organization.platform_engineers if organization else None
    return Triage(
        window=window,
        total=len(found),
        untagged=ticket_costs.untagged(found),
        by_type=figures,
        vital_few=triage.vital_few(figures),
        tickets_per_week=a_week,
        per_engineer_per_day=triage.per_engineer_per_day(a_week, engineers),
        off_platform_share=triage.off_platform_share(found),
        hints=triage.hints(figures),
    )


def simulation_of(
    reductions: Mapping[str, float], *, start: datetime | None = None, end: datetime | None = None
) -> simulator.Simulation:
    """What the tagged tickets of a window would cost with ``reductions``, the shares 0..1 that no longer arrive."""
    known = triage_of(start=start, end=end).by_type
    return simulator.simulate([simulator.Volume(one.type, one.count, one.effort_hours) for one in known], reductions)


def _window(start: datetime | None, end: datetime) -> Window:
    with contextlib.suppress(OverflowError):  # the first weeks of the year 1 have no four weeks before them
        start = start or end - DEFAULT_WINDOW
    if start is None or start >= end:
        raise Invalid([Fault("from", "invalid", "The window begins before it ends: give an earlier `from`.")])
    return Window(start, end)
