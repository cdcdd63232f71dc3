"""The tagging queue: which ticket is next, and how far the campaign over the last four weeks is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils import timezone

from assessments.models import Ticket

CAMPAIGN = timedelta(weeks=4)
SAID = Q(typed_by=Ticket.TypedBy.PERSON) & ~Q(type="")


class Campaign(NamedTuple):
    """Tickets of the last four weeks, and how many of them have a person's word."""

    total: int
    said: int


def campaign() -> Campaign:
    """How far it is; one query."""
    opened = Ticket.objects.filter(opened_at__gte=timezone.now() - CAMPAIGN)
    return Campaign(**opened.aggregate(total=Count("pk"), said=Count("pk", filter=SAID)))


def samples() -> int:
    """How many tickets are samples."""
    return Ticket.objects.filter(source="sample").count()


def next_ticket(*, skipped: Collection[int] = ()) -> Ticket | None:
    """The ticket whose proposal is the least sure: a word on it teaches most. Skipped ones come when all others are said."""
    waiting = Ticket.objects.filter(~SAID, opened_at__gte=timezone.now() - CAMPAIGN)
    waiting = waiting.order_by(F("confidence").asc(nulls_first=True), "-opened_at", "-pk")
    return waiting.exclude(pk__in=skipped).first() or waiting.first()
