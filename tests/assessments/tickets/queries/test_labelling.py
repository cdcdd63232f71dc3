"""Which ticket is labelled next, and how far the labelling is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Ticket
from assessments.tickets.queries.labelling import LATELY, Opened, labelling_of, next_ticket, samples

pytestmark = pytest.mark.django_db


def put(external_id, age=timedelta(days=1), **fields):
    opened = timezone.now() - age
    fields = {"source": "desk"} | fields
    return Ticket.objects.create(external_id=external_id, title="t", opened_at=opened, **fields)


def test_the_least_certain_comes_first_and_the_newest_among_equals():
    sure = put("1", type="bug", typed_by="rule", confidence=0.9)
    older = put("2", timedelta(days=2), type="bug", typed_by="rule", confidence=0.2)
    newer = put("3", timedelta(days=1), type="bug", typed_by="rule", confidence=0.2)
    unknown = put("4", timedelta(days=3))
    put("5", type="bug", typed_by="person")
    put("6", LATELY + timedelta(hours=1))
    order, skipped = [], []
    for _ in range(5):
        ticket = next_ticket(None, Opened.lately(), skipped=skipped)
        order.append(ticket)
        skipped.append(ticket.pk)
    assert order == [unknown, newer, older, sure, unknown]


def test_progress_counts_the_labels_of_four_weeks():
    put("1", type="bug", typed_by="person")
    put("2", type="bug", typed_by="rule")
    put("3", type="", typed_by="person")
    put("4", LATELY + timedelta(hours=1), type="bug", typed_by="person")
    assert labelling_of(None, Opened.lately()) == (3, 1)
    assert next_ticket(None, Opened.lately()) is not None


def test_samples_are_counted_by_their_source():
    put("1")
    put("2", source="sample")
    assert samples(None) == 1
