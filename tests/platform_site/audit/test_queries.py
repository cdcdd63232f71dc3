"""Verification over the real rows, read in batches."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from platform_site.audit import chain, queries
from platform_site.audit.models import AuditEvent
from tests.platform_site.audit.tampering import TAMPERINGS

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.mark.parametrize(("tamper", "first_broken"), TAMPERINGS)
def test_tampering_with_the_rows_is_seen(tamper, first_broken, five_events, lifted_triggers):
    noted = [queries.head()]
    with lifted_triggers():
        tamper()
    result = queries.verify(heads=noted)
    assert (result.valid, result.first_broken.sequence) == (False, first_broken)


@pytest.mark.parametrize(("tamper", "first_broken"), TAMPERINGS)
def test_where_a_batch_ends_hides_no_tampering(tamper, first_broken, five_events, lifted_triggers, monkeypatch):
    monkeypatch.setattr(queries, "BATCH", 2)
    noted = [queries.head()]
    assert queries.verify(noted).valid
    with lifted_triggers():
        tamper()
    assert queries.verify(noted).first_broken.sequence == first_broken


def test_the_newest_hash_is_that_of_the_newest_event_about_the_subject(five_events):
    for subject in {event.subject for event in AuditEvent.objects.all()}:
        newest = AuditEvent.objects.filter(subject=subject).latest("sequence")
        assert queries.newest_hash(subject) == newest.hash
    assert queries.newest_hash("nothing:at-all") is None


def test_a_verification_tells_how_far_it_is(five_events, monkeypatch):
    monkeypatch.setattr(chain, "PROGRESS_EVERY", 2)
    rows = []
    assert queries.verify(on_progress=rows.append).valid
    assert rows == [2, 4]


def test_an_export_reads_in_batches_and_asks_only_as_the_reader_goes_on(
    five_events, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(queries, "BATCH", 2)
    events = queries.stored_events()
    with django_assert_num_queries(1):
        assert [next(events).sequence, next(events).sequence] == [1, 2]
    with django_assert_num_queries(3):  # two batches, and one that is empty
        assert [event.sequence for event in events] == [3, 4, 5]


def test_the_events_between_two_moments_have_the_first_and_not_the_second(five_events):
    moments = [datetime.fromisoformat(event.at) for event in AuditEvent.objects.order_by("sequence")]
    local = [moment.astimezone(timezone(timedelta(hours=5))) for moment in moments]
    rows = queries.between(queries.events(), since=local[1], until=local[3])
    assert sorted(row.sequence for row in rows) == [2, 3]
