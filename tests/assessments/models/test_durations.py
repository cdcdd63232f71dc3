"""Hours between two moments: set when a row is saved, the same in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F

from assessments.models import Ticket
from assessments.models.durations import HoursBetween, HoursField

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("took", [timedelta(0), timedelta(minutes=121), timedelta(days=40, seconds=1)])
def test_the_database_computes_the_hours_that_were_stored(took):
    Ticket.objects.create(source="s", external_id="1", title="t", opened_at=OPENED, resolved_at=OPENED + took)
    row = Ticket.objects.annotate(computed=HoursBetween(F("resolved_at"), F("opened_at"))).get()
    assert row.resolution_hours == pytest.approx(took / timedelta(hours=1))
    assert row.computed == pytest.approx(row.resolution_hours, abs=1e-5)


def test_an_open_ticket_has_no_hours_and_a_reopened_one_none_any_more():
    ticket = Ticket.objects.create(source="s", external_id="1", title="t", opened_at=OPENED, resolved_at=OPENED)
    ticket.resolved_at = None
    ticket.save()
    ticket.refresh_from_db()
    assert ticket.resolution_hours is None
    assert Ticket.objects.annotate(computed=HoursBetween(F("resolved_at"), F("opened_at"))).get().computed is None


def test_a_migration_keeps_both_moments():
    _, path, moments, options = HoursField("resolved_at", "opened_at").deconstruct()
    assert (path.rsplit(".", 1)[1], moments, options) == ("HoursField", ["resolved_at", "opened_at"], {})
