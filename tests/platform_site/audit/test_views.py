"""The audit page: what each filter leaves, and pages that stay quick however long the log is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from platform_site.access import Actor
from platform_site.audit import queries
from platform_site.audit.models import AuditEvent
from platform_site.audit.paging import EventPaginator
from platform_site.audit.record import record

DAYS = [datetime(2030, 1, day, tzinfo=UTC) for day in (5, 6, 7)]
LAST_OF_THE_SECOND = DAYS[0] - timedelta(microseconds=1)
MOMENTS = [LAST_OF_THE_SECOND, DAYS[0], DAYS[0] + timedelta(microseconds=123_456), DAYS[1], DAYS[2]]
WRITTEN = [
    ("ann", "pin.set", "model:one"),
    ("bob", "pin.set", "model:two"),
    ("ann", "gate.decided", "model:two"),
    ("ann", "pin.set", "model:two"),
    ("bob", "gate.decided", "model:one"),
]


@pytest.fixture
def written(people, monkeypatch):
    """Five events at `MOMENTS`, after those that the people brought: their sequences."""
    sequences = []
    for moment, (actor, action, subject) in zip(MOMENTS, WRITTEN, strict=True):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        with transaction.atomic():
            sequences.append(record(action, subject=subject, actor=Actor(actor)).sequence)
    monkeypatch.undo()
    return sequences


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("actor=ann", [3, 2, 0]),
        ("action=gate.decided", [4, 2]),
        ("subject=model:two", [3, 2, 1]),
        ("actor=ann&subject=model:two", [3, 2]),
        ("actor=ann&action=pin.set&subject=model:two", [3]),
        ("actor=nobody", []),
        ("since=2030-01-05", [4, 3, 2, 1]),  # the last microsecond of the day before is out, midnight is in
        ("since=2030-01-05&until=2030-01-06", [2, 1]),
        ("since=2030-01-01&until=2030-01-05", [0]),
        ("since=2030-01-05&actor=bob", [4, 1]),
        ("since=2030-01-08", []),
    ],
)
def test_each_filter_narrows_the_page(asked, left, written, browser_of):
    page = browser_of("viewer").get(f"/audit/?{asked}").context["page_obj"]
    assert [event.sequence for event in page] == [written[place] for place in left]


def test_a_filter_that_is_none_is_told_and_leaves_all(written, browser_of):
    answer = browser_of("viewer").get("/audit/?since=yesterday")
    assert answer.context["form"].errors.keys() == {"since"}
    assert answer.context["page_obj"].paginator.count == written[-1]


@pytest.mark.parametrize("order", ["sequence", "-sequence", "-at"])
def test_the_pages_of_a_filter_hold_its_events_once_and_in_order(order, written):
    events = AuditEvent.objects.filter(sequence__gte=written[0]).order_by(order)
    pages = EventPaginator(events, 2)
    assert [event.pk for page in pages for event in page] == list(events.values_list("pk", flat=True))
    assert [len(page) for page in pages] == [2, 2, 1]


def test_a_filtered_page_sorts_sequences_and_no_whole_rows(written):
    between = queries.between(queries.events(), since=DAYS[0], until=DAYS[2])
    with CaptureQueriesContext(connection) as asked:
        assert len(EventPaginator(between, 2).page(1)) == 2
    counted, sequences, rows = (query["sql"] for query in asked)
    assert "COUNT(*)" in counted
    assert "ORDER BY" in sequences
    assert "payload" not in sequences
    assert "ORDER BY" not in rows


def test_where_nothing_fits_nothing_is_looked_for(written):
    with CaptureQueriesContext(connection) as asked:
        assert len(EventPaginator(queries.between(queries.events(), since=DAYS[2] + timedelta(days=1)), 2).page(1)) == 0
    assert ["COUNT" in query["sql"] for query in asked] == [True]


def test_the_whole_log_is_not_counted(written):
    with CaptureQueriesContext(connection) as asked:
        list(EventPaginator(queries.events(), 2).page(2))
    assert not [query for query in asked if "COUNT" in query["sql"]]
