"""Database triggers that make a table append-only, on SQLite and on PostgreSQL.

UPDATE, DELETE, TRUNCATE and (on SQLite) INSERT OR REPLACE are refused by the database itself, whatever the
application does. On SQLite a later migration that rebuilds a table drops its triggers: such a migration must end with
the same operation again, and a test holds every table of this kind against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

SQLITE_LIFT = "DROP TRIGGER IF EXISTS {name}"
SQLITE_UPDATE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE {columns} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is written once: a row is never changed'); END;
"""
SQLITE_DELETE = """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is written once: a row is never deleted'); END;
"""
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION plumbline_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written once: a row is never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
POSTGRES_ROWS = """
CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE {columns} OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_change();
"""
POSTGRES_TRUNCATE = """
CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION plumbline_refuse_change();
"""


def write_once(*tables: str) -> list[Statements]:
    """Operations that make whole rows of the tables unchangeable."""
    return [operation for table in tables for operation in write_once_columns(table, ())]


def write_once_columns(table: str, columns: Sequence[str]) -> Iterator[Statements]:
    """Operations that make the named columns of a table unchangeable (all of them when none is named), its rows
    undeletable. Called again for the same table, the newest call holds."""
    names = {"table": table, "columns": f"OF {', '.join(columns)}" if columns else ""}
    lifted = [SQLITE_LIFT.format(name=f"{table}_{suffix}") for suffix in ("no_update", "no_delete")]
    yield Statements(
        sqlite=[*lifted, SQLITE_UPDATE.format(**names), SQLITE_DELETE.format(**names)],
        postgresql=[POSTGRES_FUNCTION, POSTGRES_ROWS.format(**names), POSTGRES_TRUNCATE.format(**names)],
    )


class Statements(Operation):
    """Executes the statements of whichever database this is. Unlike `RunPython` it asks for no models: rendering all of
    them as they were takes far longer than the statements. Backwards it does nothing."""

    reversible = True

    def __init__(self, *, sqlite: Sequence[str], postgresql: Sequence[str]) -> None:
        self.statements = {"sqlite": sqlite, "postgresql": postgresql}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """A later run forwards replaces what is there."""

    def describe(self) -> str:
        return "Execute statements of this database"
