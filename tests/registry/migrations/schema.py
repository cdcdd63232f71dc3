"""The whole schema of a database, in rows by which two databases are compared.

On PostgreSQL columns are compared in their order too. On SQLite a table that was made anew to change a column has them in
another order than a new one; nothing depends on it.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import connection

POSTGRESQL = {
    "columns": """
        SELECT attrelid::regclass::text, row_number() OVER (PARTITION BY attrelid ORDER BY attnum), attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attcollation,
               pg_get_expr(adbin, adrelid)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)
          AND attnum > 0 AND NOT attisdropped
        ORDER BY attrelid::regclass::text, attnum""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, condeferrable, condeferred, convalidated, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2""",
    "functions": """
        SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1""",
}
SQLITE = {
    "columns": """
        SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
        FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' ORDER BY 1, 2""",
    "foreign keys": """
        SELECT m.name, f."table", f."from", f."to", f.on_update, f.on_delete
        FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1, 2, 3""",
    "indexes": """
        SELECT m.name, i."unique", i.origin, i.partial, s.sql,
               (SELECT group_concat(x.name || x."desc" || x.coll) FROM pragma_index_xinfo(i.name) x)
        FROM sqlite_master m, pragma_index_list(m.name) i LEFT JOIN sqlite_master s ON s.name = i.name
        WHERE m.type = 'table' ORDER BY 1, 5, 6""",
    "triggers": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1, 2",
}
CREATE_TABLE = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"


def schema() -> dict[str, list[Any]]:
    """Columns with their types, nullability and defaults; constraints, indexes, triggers and functions."""
    with connection.cursor() as cursor:
        parts = {name: _rows(cursor, query) for name, query in _queries().items()}
        if connection.vendor == "sqlite":  # which keeps constraints in nothing but the statements
            parts["definitions"] = [(name, definitions(sql)) for name, sql in _rows(cursor, CREATE_TABLE)]
    return parts


def differences(expected: dict[str, list[Any]], actual: dict[str, list[Any]]) -> list[tuple[str, str, Any]]:
    """What one of two schemas has and the other has not."""
    rows = []
    for part in expected:
        missing = [row for row in expected[part] if row not in actual[part]]
        surplus = [row for row in actual[part] if row not in expected[part]]
        rows += [(part, "missing", row) for row in missing] + [(part, "surplus", row) for row in surplus]
    return rows


def definitions(create_table: str) -> list[str]:
    """What stands between the outer parentheses of a statement: a definition for each column and constraint, sorted."""
    body = create_table[create_table.index("(") + 1 : create_table.rindex(")")]
    depth, parts = 0, [""]
    for token in re.findall(r"'(?:[^']|'')*'|\"[^\"]*\"|.", body, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "," and not depth:
            parts.append("")
        else:
            parts[-1] += token
    return sorted(part.strip() for part in parts)


def _queries() -> dict[str, str]:
    return {"postgresql": POSTGRESQL, "sqlite": SQLITE}[connection.vendor]


def _rows(cursor: Any, query: str) -> list[Any]:
    cursor.execute(query)
    return cursor.fetchall()
