"""The database itself keeps the log, whatever the application or a person with a prompt tries."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction
from django.db.migrations.state import ProjectState

from platform_site.access import SYSTEM
from platform_site.audit.chain import GENESIS
from platform_site.audit.models import AuditEvent
from platform_site.audit.record import record

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ROW = "SELECT {sequence}, at, actor, action, subject, payload, {previous}, '{fresh}', mac FROM audit_auditevent WHERE sequence = 1"
FRESH = "f" * 64
COLUMNS = "INSERT INTO audit_auditevent (sequence, at, actor, action, subject, payload, previous_hash, hash, mac) "


def insert(sequence: int, previous: str, verb: str = "INSERT") -> str:
    return COLUMNS.replace("INSERT", verb, 1) + ROW.format(sequence=sequence, previous=previous, fresh=FRESH)


EVERYWHERE = [
    "UPDATE audit_auditevent SET actor = 'nobody' WHERE sequence = 2",
    "UPDATE audit_auditevent SET sequence = 9 WHERE sequence = 2",
    "DELETE FROM audit_auditevent WHERE sequence = 2",
    "DELETE FROM audit_auditevent",
    insert(5, "hash"),  # a gap
    insert(4, f"'{GENESIS}'"),  # a fork
    insert(2, "hash"),  # a row that is taken
    insert(0, f"'{GENESIS}'"),  # before the beginning
]
ON_SQLITE = [
    insert(2, "hash", "INSERT OR REPLACE"),
    insert(2, "hash", "REPLACE"),
    "UPDATE OR REPLACE audit_auditevent SET sequence = 1 WHERE sequence = 2",
    "INSERT INTO audit_auditevent SELECT * FROM audit_auditevent WHERE true ON CONFLICT DO UPDATE SET actor = 'nobody'",
]
ON_POSTGRES = [
    "TRUNCATE audit_auditevent",
    "TRUNCATE audit_auditevent CASCADE",
    "INSERT INTO audit_auditevent SELECT * FROM audit_auditevent ON CONFLICT (sequence) DO UPDATE SET actor = 'nobody'",
    "MERGE INTO audit_auditevent a USING audit_auditevent b ON a.sequence = b.sequence WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM audit_auditevent RETURNING 1) SELECT * FROM gone",
]


def statements() -> list[str]:
    return EVERYWHERE + (ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRES)


@pytest.fixture
def three_events():
    with transaction.atomic():
        for name in ("one", "two", "three"):
            record("pin.set", subject=f"model:{name}", actor=SYSTEM)
    return list(AuditEvent.objects.values_list())


def test_no_statement_changes_removes_or_forges_an_event(three_events):
    for statement in statements():
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:  # noqa: PT012
            cursor.execute(statement)
            pytest.fail(f"the database took: {statement}")
        assert list(AuditEvent.objects.values_list()) == three_events, statement


def test_the_refusal_says_what_the_rule_is(three_events):
    with pytest.raises(Error, match="written once: a row is never"), transaction.atomic():
        AuditEvent.objects.filter(sequence=1).update(actor="nobody")
    with pytest.raises(Error, match="written once: a row is never"), transaction.atomic():
        AuditEvent.objects.all().delete()
    with pytest.raises(Error, match="takes only the next event"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert(9, "hash"))


def test_the_next_event_is_taken(three_events):
    with connection.cursor() as cursor:
        cursor.execute(insert(4, "(SELECT hash FROM audit_auditevent WHERE sequence = 3)"))
    assert AuditEvent.objects.count() == 4


def test_a_migration_may_ask_for_the_guard_again(three_events):
    """A later migration that rebuilds a table on SQLite ends with this; on PostgreSQL the triggers are still there."""
    from platform_site.audit.triggers import write_once

    editor = connection.schema_editor()  # not entered: SQLite's wants to be outside of every transaction
    for operation in write_once("audit_auditevent") * 2:
        operation.database_forwards("audit", editor, ProjectState(), ProjectState())
    with pytest.raises(Error), transaction.atomic():
        AuditEvent.objects.filter(sequence=1).update(actor="nobody")
