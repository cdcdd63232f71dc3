"""Pages of the log that stay quick however long it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_site.audit import queries
from platform_site.audit.models import AuditEvent
from platform_site.audit.paging import EventPaginator
from tests.platform_site.audit.conftest import DAYS


@pytest.mark.parametrize("order", ["sequence", "-sequence", "-at"])
def test_the_pages_of_a_filter_hold_its_events_once_and_in_order(order, written):
    events = AuditEvent.objects.filter(sequence__gte=written[0]).order_by(order)
    pages = EventPaginator(events, 2)
    assert [event.pk for page in pages for event in page] == list(events.values_list("pk", flat=True))
    assert [len(page) for page in pages] == [2, 2, 1]


def test_a_filtered_page_sorts_sequences_and_no_whole_rows(written):
    between = queries.between(queries.events(), since=DAYS[0], until=DAYS[2])
    with CaptureQueriesContext(connection) as result:
        assert len(EventPaginator(between, 2).page(1)) == 2
    counted, sequences, rows = (query["sql"] for query in result)
    assert "COUNT(*)" in counted
    assert "ORDER BY" in sequences
    assert "payload" not in sequences
    assert "ORDER BY" not in rows


def test_where_nothing_fits_nothing_is_looked_for(written):
    with CaptureQueriesContext(connection) as result:
        assert len(EventPaginator(queries.between(queries.events(), since=DAYS[2] + timedelta(days=1)), 2).page(1)) == 0
    assert ["COUNT" in query["sql"] for query in result] == [True]


def test_the_whole_log_is_not_counted(written):
    with CaptureQueriesContext(connection) as result:
        list(EventPaginator(queries.events(), 2).page(2))
    assert not [query for query in result if "COUNT" in query["sql"]]
