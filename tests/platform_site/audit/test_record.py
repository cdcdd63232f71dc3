"""Appending: in the transaction of the change, one after the other, however many write at once."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection, transaction

from platform_site.access import SYSTEM, Actor
from platform_site.audit import queries
from platform_site.audit.chain import key_id, sealing_key
from platform_site.audit.models import AuditEvent, AuditHead
from platform_site.audit.record import Entry, change_key, record, record_all
from platform_site.errors import NotReady
from platform_site.people.models import Team

pytestmark = pytest.mark.postgresql

PROJECT = Path(__file__).resolve().parents[3]
WRITERS, PROCESS_EVENTS_EACH = 16, 60
OLD, NEW = "the old key, long enough to be one", "the new key, long enough to be one"
EVENTS_EACH = int(os.environ.get("AUDIT_EVENTS_EACH", "50"))


@pytest.mark.django_db(transaction=True)
def test_recording_outside_of_a_transaction_is_a_bug_that_shows():
    with pytest.raises(RuntimeError, match=r"pin\.set: record the audit event in the same transaction"):
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
    result = queries.verify()
    assert (result.valid, result.events, result.head.sequence) == (True, WRITERS * EVENTS_EACH, WRITERS * EVENTS_EACH)
    written = AuditEvent.objects.filter(actor="writer-7").order_by("sequence").values_list("subject", flat=True)
    assert list(written) == [f"model:m{count}" for count in range(EVENTS_EACH)]


# One process has Django up, and becomes sixteen before any is connected; they write once all are there.
WRITER = """
import os, sys
from django.db import connections, transaction
from platform_site.access import Actor
from platform_site.audit.record import record
connections.close_all()
beginning, held = os.pipe()
children = []
for writer in range({writers}):
    children.append(os.fork())
    if not children[-1]:
        os.close(held)
        os.read(beginning, 1)
        for count in range({events}):
            with transaction.atomic():
                record("pin.set", subject=f"model:m{{count}}", actor=Actor(f"writer-{{writer}}"))
        os._exit(0)
os.close(held)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
"""


def address_of_the_test_database() -> str:
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{own['NAME']}"
    return f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_sixteen_processes_at_once_neither_fork_nor_leave_a_gap():
    code = WRITER.format(writers=WRITERS, events=PROCESS_EVENTS_EACH)
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    own = {**os.environ, "DATABASE_URL": address_of_the_test_database()}
    ended = subprocess.run(command, cwd=PROJECT, env=own, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stderr
    result, total = queries.verify(), WRITERS * PROCESS_EVENTS_EACH
    assert (result.valid, result.events, result.head) == (True, total, queries.head())
    written = AuditEvent.objects.order_by("sequence").values_list("actor", "subject")
    for writer in range(WRITERS):
        own = [subject for actor, subject in written if actor == f"writer-{writer}"]
        assert own == [f"model:m{count}" for count in range(PROCESS_EVENTS_EACH)]
    changes_of_writer = sum(before[0] != after[0] for before, after in pairwise(written))
    assert changes_of_writer >= WRITERS  # they did meet: one after the other would have been one change fewer


@pytest.mark.django_db
def test_an_event_keeps_who_did_what_to_what():
    with transaction.atomic():
        event = record("pin.set", subject="model:eta", actor=Actor("cora"), payload={"b": 1, "a": None})
    audit_event = AuditEvent.objects.get(pk=event.pk)
    assert (audit_event.actor, audit_event.action, audit_event.subject, audit_event.payload) == (
        "cora",
        "pin.set",
        "model:eta",
        '{"a":null,"b":1}',
    )
    assert audit_event.at.endswith("+00:00")


@pytest.mark.django_db
def test_several_events_are_chained_one_to_the_next_in_three_queries(django_assert_num_queries):
    with transaction.atomic():
        record("pin.set", subject="model:eta", actor=SYSTEM)
        with django_assert_num_queries(3):
            events = record_all(
                [Entry("feature.added", f"feature:f{number}", {"number": number}) for number in range(40)],
                actor=Actor("cora"),
            )
        record("pin.set", subject="model:eta", actor=SYSTEM)
    assert [event.sequence for event in events] == list(range(2, 42))
    assert [event.previous_hash for event in events[1:]] == [event.hash for event in events[:-1]]
    assert [event.subject for event in events] == [f"feature:f{number}" for number in range(40)]
    assert queries.verify() == (42, queries.head(), None)


@pytest.mark.django_db
def test_no_event_takes_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert record_all([], actor=SYSTEM) == []


@pytest.fixture
def log_of_an_earlier_release(settings):
    """Two events, and a head that does not name a key yet; the function that appends one."""

    def append(subject: str = "model:eta") -> AuditEvent:
        with transaction.atomic():
            return record("pin.set", subject=subject, actor=SYSTEM)

    settings.AUDIT_KEYS = [OLD]
    append(), append()
    AuditHead.objects.update(key_id="")
    return append


@pytest.mark.django_db
def test_a_new_key_seals_nothing_until_it_is_changed_on_record(log_of_an_earlier_release, settings):
    settings.AUDIT_KEYS = [NEW, OLD]
    assert seals(log_of_an_earlier_release()) == OLD
    event = change_key(actor=SYSTEM)
    assert (event.action, event.content) == ("audit_key.rotated", {"from": key_id(OLD), "to": key_id(NEW)})
    assert (seals(event), seals(log_of_an_earlier_release()), change_key(actor=SYSTEM)) == (NEW, NEW, None)
    assert (queries.verify().valid, queries.verify().events) == (True, 5)


@pytest.mark.django_db
@pytest.mark.parametrize("is_noted", [False, True], ids=["an earlier release's head", "a head with a key"])
def test_a_process_without_the_key_in_use_appends_nothing(is_noted, log_of_an_earlier_release, settings):
    if is_noted:
        log_of_an_earlier_release()
    before = queries.head()
    settings.AUDIT_KEYS = [NEW]
    for append in (log_of_an_earlier_release, lambda: change_key(actor=SYSTEM)):
        with pytest.raises(NotReady, match=rf"none of these keys sealed event {before.sequence}") as refusal:
            append()
        assert (key_id(OLD) in refusal.value.message) == is_noted
    assert queries.head() == before


@pytest.mark.django_db
def test_a_process_that_was_not_restarted_appends_nothing_after_the_change(log_of_an_earlier_release, settings):
    settings.AUDIT_KEYS = [NEW, OLD]
    change_key(actor=SYSTEM)
    settings.AUDIT_KEYS = [OLD]
    with pytest.raises(NotReady):
        log_of_an_earlier_release()


@pytest.mark.django_db
def test_after_a_loss_the_log_goes_on_and_says_so(log_of_an_earlier_release, settings):
    settings.AUDIT_KEYS = [NEW]
    event = change_key(actor=SYSTEM, is_lost=True)
    assert (event.action, event.content["to"], seals(event)) == ("audit_key.lost", key_id(NEW), NEW)
    log_of_an_earlier_release()
    assert queries.verify().first_broken.sequence == 1
    assert queries.verify(after=2) == (2, queries.head(), None)
    assert change_key(actor=SYSTEM, is_lost=True) is None  # nothing is lost now


@pytest.mark.django_db
def test_a_key_that_is_known_is_not_declared_lost(log_of_an_earlier_release, settings):
    settings.AUDIT_KEYS = [NEW, OLD]
    assert change_key(actor=SYSTEM, is_lost=True).action == "audit_key.rotated"


def seals(event: AuditEvent) -> str | None:
    return sealing_key(event.hash, event.mac, [OLD, NEW])
