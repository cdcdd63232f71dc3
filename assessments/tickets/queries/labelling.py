"""The label queue: which ticket comes next, and how far the labelling of the last four weeks is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils import timezone

from assessments.models import Organization, Ticket
from assessments.tickets.rules.titles import title_key

CAMPAIGN = timedelta(weeks=4)
MOST_TITLES, MOST_AT_ONCE = 5_000, 500
LABELLED = Q(typed_by=Ticket.TypedBy.PERSON) & ~Q(type="")


class Campaign(NamedTuple):
    """Tickets of the last four weeks, and how many of them a person has labelled."""

    total: int
    labelled: int


def campaign(organization: Organization | None) -> Campaign:
    """The progress of the labelling; one query."""
    opened = Ticket.objects.filter(organization=organization, opened_at__gte=timezone.now() - CAMPAIGN)
    return Campaign(**opened.aggregate(total=Count("pk"), labelled=Count("pk", filter=LABELLED)))


def samples(organization: Organization | None) -> int:
    """How many tickets are samples."""
    return Ticket.objects.filter(organization=organization, source="sample").count()


def next_ticket(organization: Organization | None, *, skipped: Collection[int] = ()) -> Ticket | None:
    """The ticket with the least certain suggestion: its label teaches most. Skipped tickets come last."""
    waiting = Ticket.objects.filter(~LABELLED, organization=organization, opened_at__gte=timezone.now() - CAMPAIGN)
    waiting = waiting.order_by(F("confidence").asc(nulls_first=True), "-opened_at", "-pk")
    return waiting.exclude(pk__in=skipped).first() or waiting.first()


def same_title(ticket: Ticket) -> list[int]:
    """The tickets of the last four weeks that no person has labelled and whose titles ask the same, this one first.

    Among the newest 5,000, at most 500 of them: a page waits for it.
    """
    opened = Ticket.objects.filter(organization=ticket.organization_id, opened_at__gte=timezone.now() - CAMPAIGN)
    waiting = opened.filter(~LABELLED).order_by("-opened_at", "-pk")
    key = title_key(ticket.title)
    titles = waiting.exclude(pk=ticket.pk).values_list("pk", "title")[:MOST_TITLES]
    return [ticket.pk, *(pk for pk, title in titles if title_key(title) == key)][:MOST_AT_ONCE]
