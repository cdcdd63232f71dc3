"""The full weeks of a window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.models import Ticket
from assessments.tickets.queries import weeks as queries
from assessments.tickets.queries.weeks import WEEK, weeks_of

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 5, tzinfo=UTC)
TICK = timedelta(seconds=1)


def test_a_week_begins_with_its_first_moment_and_a_part_of_one_is_none():
    moments = (START - TICK, START, START + WEEK - TICK, START + 2 * WEEK, START + 3 * WEEK)
    for number, moment in enumerate(moments):
        Ticket.objects.create(
            source="s", external_id=str(number), title="t", type="bug" if number < 3 else "", opened_at=moment
        )
    first, second, third = weeks_of(Ticket.objects.order_by(), START, START + 4 * WEEK - TICK)
    assert [(week.total, week.by_type["bug"]) for week in (first, second, third)] == [(2, 2), (0, 0), (1, 0)]
    assert [week.start for week in (first, second, third)] == [START, START + WEEK, START + 2 * WEEK]
    assert weeks_of(Ticket.objects.order_by(), START, START + WEEK - TICK) == []


def test_of_a_long_window_the_last_weeks_count(monkeypatch):
    monkeypatch.setattr(queries, "MOST_WEEKS", 2)
    weeks = weeks_of(Ticket.objects.order_by(), START, START + 3 * WEEK)
    assert [week.start for week in weeks] == [START + WEEK, START + 2 * WEEK]
