"""The privileges of the application's role in PostgreSQL: not even a hole in the application changes recorded rows.

Migrations run as one role, the owner of the tables; everything else runs as another. The triggers of a table show whether
it is append-only, so a new table needs no line here. In such a table the application's role may only read and add rows.
It owns nothing: it cannot remove a trigger, drop a table or replace a function.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

TABLES = """
SELECT c.relname,
       coalesce(bool_or(t.tgname LIKE '%_no_change'), false),
       coalesce(bool_or(t.tgname LIKE '%_no_change' AND cardinality(t.tgattr::int2[]) = 0), false)
  FROM pg_class c
  LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
 GROUP BY c.relname ORDER BY c.relname
"""
READ_ONLY = {"django_migrations"}
NEVER_DELETED = {"audit_audithead"}  # its row is changed by every event


class Table(NamedTuple):
    """A table; whether its rows are never deleted, and whether none of their columns changes."""

    name: str
    keeps_rows: bool
    keeps_columns: bool

    @property
    def verbs(self) -> str:
        """The privileges on its rows.

        >>> Table("audit_auditevent", True, True).verbs, Table("registry_override", True, False).verbs
        ('SELECT, INSERT', 'SELECT, INSERT, UPDATE')
        """
        if self.name in READ_ONLY:
            return "SELECT"
        changes = [] if self.keeps_columns else ["UPDATE"]
        deletes = [] if self.keeps_rows or self.name in NEVER_DELETED else ["DELETE"]
        return ", ".join(["SELECT", "INSERT", *changes, *deletes])


def tables() -> list[Table]:
    """The tables of the connection's schema, with their current triggers."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [Table(*row) for row in cursor.fetchall()]


def statements(role: str) -> Iterator[str]:
    """The SQL that gives a role exactly these privileges; the owner of the tables has to run it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
    named, within = _quoted(role), _quoted(schema)
    yield f"REVOKE CREATE ON SCHEMA {within} FROM PUBLIC"
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA {within} FROM {named}"
    yield f"GRANT USAGE ON SCHEMA {within} TO {named}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {within} TO {named}"
    for table in tables():
        yield f"GRANT {table.verbs} ON {within}.{_quoted(table.name)} TO {named}"


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))
