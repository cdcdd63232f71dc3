"""The label queue: which ticket comes next, and how far the labelling of some weeks is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from assessments.models import Organization, Ticket
from assessments.tickets.rules.titles import title_key

LATELY = timedelta(weeks=4)
MOST_TITLES, MOST_AT_ONCE = 5_000, 500
LABELLED = Q(typed_by=Ticket.TypedBy.PERSON) & ~Q(type="")


class Opened(NamedTuple):
    """When the tickets of the queue were opened: from a moment on, and before another (None: until now)."""

    start: datetime
    end: datetime | None = None

    @classmethod
    def lately(cls) -> Opened:
        """The last four weeks: what the queue asks for while no campaign is running."""
        return cls(timezone.now() - LATELY)


class Labelling(NamedTuple):
    """Tickets, and how many of them a person has labelled."""

    total: int
    labelled: int


def opened_in(organization: Organization | int | None, window: Opened) -> QuerySet[Ticket]:
    """An organization's tickets of a window, in no order."""
    rows = Ticket.objects.order_by().filter(organization=organization, opened_at__gte=window.start)
    return rows.filter(opened_at__lt=window.end) if window.end else rows


def labelling_of(organization: Organization | None, window: Opened) -> Labelling:
    """The progress of the labelling; one query."""
    counts = opened_in(organization, window).aggregate(total=Count("*"), labelled=Count("opened_at", filter=LABELLED))
    return Labelling(**counts)


def samples(organization: Organization | None) -> int:
    """How many tickets are samples."""
    return Ticket.objects.filter(organization=organization, source="sample").count()


def next_ticket(organization: Organization | None, window: Opened, *, skipped: Collection[int] = ()) -> Ticket | None:
    """The ticket with the least certain suggestion: its label teaches most. Skipped tickets come last."""
    waiting = opened_in(organization, window).filter(~LABELLED)
    waiting = waiting.order_by(F("confidence").asc(nulls_first=True), "-opened_at", "-pk")
    return waiting.exclude(pk__in=skipped).first() or waiting.first()


def same_title(ticket: Ticket, window: Opened) -> list[int]:
    """The tickets of a window that no person has labelled and whose titles ask the same, this one first.

    Among the newest 5,000, at most 500 of them: a page waits for it.
    """
    waiting = opened_in(ticket.organization_id, window).filter(~LABELLED).order_by("-opened_at", "-pk")
    key = title_key(ticket.title)
    titles = waiting.exclude(pk=ticket.pk).values_list("pk", "title")[:MOST_TITLES]
    return [ticket.pk, *(pk for pk, title in titles if title_key(title) == key)][:MOST_AT_ONCE]
