"""On PostgreSQL the application's role, which owns nothing, does all the work and changes nothing that is on record."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from platform_site.access import SYSTEM
from platform_site.audit import queries as audit
from platform_site.audit.record import record
from tests.registry.serving.changes import CHANGES, world_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
PASSWORD = "only-here"
FORBIDDEN = [
    "UPDATE audit_auditevent SET actor = 'nobody' WHERE sequence = 2",
    "DELETE FROM audit_auditevent WHERE sequence = 2",
    "TRUNCATE audit_auditevent",
    "TRUNCATE audit_auditevent CASCADE",
    "MERGE INTO audit_auditevent a USING audit_auditevent b ON a.sequence = b.sequence WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM audit_auditevent RETURNING 1) SELECT * FROM gone",
    "INSERT INTO audit_auditevent SELECT * FROM audit_auditevent ON CONFLICT (sequence) DO UPDATE SET actor = 'nobody'",
    "INSERT INTO audit_auditevent SELECT 99, at, actor, action, subject, payload, hash, mac, mac FROM audit_auditevent "
    "WHERE sequence = 1",
    "SELECT * FROM audit_auditevent FOR UPDATE",
    "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
    "ALTER TABLE audit_auditevent DISABLE TRIGGER audit_auditevent_no_change",
    "DROP TRIGGER audit_auditevent_no_change ON audit_auditevent",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION plumbline_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION plumbline_refuse_change() CASCADE",
    "CREATE RULE away AS ON INSERT TO audit_auditevent DO INSTEAD NOTHING",
    "CREATE TABLE decoy (LIKE audit_auditevent)",
    "ALTER TABLE audit_auditevent OWNER TO application",
    "ALTER TABLE audit_auditevent RENAME TO other",
    "DROP TABLE audit_auditevent",
    "DROP SCHEMA public CASCADE",
    "SET ROLE {owner}",
    "ALTER ROLE application SUPERUSER",
    "COPY audit_auditevent FROM PROGRAM 'true'",
    "UPDATE registry_featureversion SET computation_logic = '0'",
    "DELETE FROM registry_gatedecision",
    "DELETE FROM registry_modelversion",
    "DELETE FROM audit_audithead",
    "DELETE FROM django_migrations",
]


def address(**changed: str) -> str:
    own = connection.settings_dict | changed
    return f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"


@pytest.fixture
def owner() -> Iterator[psycopg.Connection]:
    """A session of the tables' owner."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles.")
    with psycopg.connect(address(), autocommit=True) as session:
        yield session


@pytest.fixture
def application(owner) -> Iterator[str]:
    """The address of the database as the role that runs the application, granted by the command."""
    owner.execute(f"CREATE ROLE application LOGIN PASSWORD '{PASSWORD}'")
    call_command("grant", "application")
    yield address(USER="application", PASSWORD=PASSWORD)
    owner.execute("DROP OWNED BY application")
    owner.execute("DROP ROLE application")


@pytest.fixture
def as_application(application) -> Iterator[None]:
    """Whatever this process asks of the database is asked by that role."""
    own = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"USER": "application", "PASSWORD": PASSWORD}
    yield
    connection.close()
    connection.settings_dict |= own


@pytest.fixture
def events(application):
    with transaction.atomic():
        for name in ("one", "two", "three"):
            record("pin.set", subject=f"model:{name}", actor=SYSTEM)


def rows(owner: psycopg.Connection) -> list[tuple]:
    return owner.execute("SELECT * FROM audit_auditevent ORDER BY sequence").fetchall()


def test_it_does_all_the_work(as_application, in_production, orders, cora, capsys):
    world = world_of(in_production, orders, cora)
    for change in CHANGES.values():
        with transaction.atomic():
            change(world, cora)
            transaction.set_rollback(True)  # one may rule out another
    assert audit.verify().valid
    call_command("migrate")
    assert "No migrations to apply" in capsys.readouterr().out


def test_it_changes_nothing_that_is_on_record(events, application, owner):
    before, taken = rows(owner), []
    assert len(before) == 3
    with psycopg.connect(application, autocommit=True) as session:
        for statement in FORBIDDEN:
            try:
                session.execute(statement.format(owner=owner.info.user))
                taken.append(statement)
            except psycopg.Error:
                assert rows(owner) == before, statement
    assert taken == []
    assert rows(owner) == before
