"""Appending: in the transaction of the change, one after the other, however many write at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from platform_site.access import SYSTEM, Actor
from platform_site.audit import queries
from platform_site.audit.models import AuditEvent
from platform_site.audit.record import record
from platform_site.people.models import Team

WRITERS, EVENTS_EACH = 16, 50


@pytest.mark.django_db(transaction=True)
def test_recording_outside_of_a_transaction_is_a_bug_that_shows():
    with pytest.raises(RuntimeError, match=r"pin\.set: an audit event is recorded in the transaction"):
        record("pin.set", subject="model:eta", actor=SYSTEM)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_neither_the_change_nor_its_event_stands_without_the_other():
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        Team.objects.create(slug="ghosts", name="Ghosts")
        record("team.created", subject="team:ghosts", actor=SYSTEM)
        1 / 0  # noqa: B018
    assert not Team.objects.filter(slug="ghosts").exists()
    assert queries.verify() == (0, queries.head(), None)


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_at_once_neither_fork_nor_leave_a_gap():
    def write(writer: int) -> None:
        try:
            for count in range(EVENTS_EACH):
                with transaction.atomic():
                    record("pin.set", subject=f"model:m{count}", actor=Actor(f"writer-{writer}"))
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    found = queries.verify()
    assert (found.valid, found.events, found.head.sequence) == (True, WRITERS * EVENTS_EACH, WRITERS * EVENTS_EACH)
    written = AuditEvent.objects.filter(actor="writer-7").order_by("sequence").values_list("subject", flat=True)
    assert list(written) == [f"model:m{count}" for count in range(EVENTS_EACH)]


@pytest.mark.django_db
def test_an_event_keeps_who_did_what_to_what():
    with transaction.atomic():
        event = record("pin.set", subject="model:eta", actor=Actor("cora"), payload={"b": 1, "a": None})
    kept = AuditEvent.objects.get(pk=event.pk)
    assert (kept.actor, kept.action, kept.subject, kept.payload) == ("cora", "pin.set", "model:eta", '{"a":null,"b":1}')
    assert kept.at.endswith("+00:00")
