"""What many tests begin with, built once through the actions, and given to the next test as rows.

`built_once("orders", build)` calls `build`, and where a second test begins in the same state of the database remembers what it
changed there. Every later test in that state gets those rows and the same result, for a tenth of the time: both were made by the
same actions. In any other state `build` is called.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction
from django.utils import timezone

NOW = timezone.now
Result = TypeVar("Result")
Rows = dict[Any, dict[str, Any]]  # by rowid or primary key
Statement = tuple[str, list[Any]]


class Change(NamedTuple):
    """The statements that lead from one state of the database to the next; what was returned."""

    statements: list[Statement]
    result: bytes


_changes: dict[tuple[Any, ...], Change] = {}
_seen: set[tuple[Any, ...]] = set()


def built_once(name: str, build: Callable[[], Result]) -> Result:
    """What ``build`` returns, and its rows in the database. Under a clock that a test has set it is built anew: rows keep
    their times."""
    if timezone.now is not NOW:
        return build()
    database = SQLite if connection.vendor == "sqlite" else PostgreSQL
    key = name, *database.state()
    if key in _changes:
        return _again(_changes[key])
    if key not in _seen:  # most states are those of one test alone
        _seen.add(key)
        return build()
    before = _contents(database)
    result = build()
    _changes[key] = Change([*_statements(database, before, _contents(database))], pickle.dumps(result))
    return result


class SQLite:
    """A row is known by its rowid, and every row that was added counted somewhere, which a rollback takes back."""

    @staticmethod
    def state() -> tuple[Any, ...]:
        return _all("SELECT hash FROM audit_audithead"), _all("SELECT name, seq FROM sqlite_sequence ORDER BY name")

    @staticmethod
    def rows(table: str) -> Rows:
        """As they are stored: a value with a sign before it is of no type, so that nothing is converted."""
        columns = _columns(table)
        values = ", ".join(f'+"{column}"' for column in columns)
        rows = _all(f'SELECT rowid, {values} FROM "{table}"')
        return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}

    @staticmethod
    def insert(table: str, rows: list[dict[str, Any]]) -> Iterator[Statement]:
        values = ", ".join("%s" for _ in rows[0])
        yield from ((f'INSERT INTO "{table}" VALUES ({values})', [*row.values()]) for row in rows)

    @staticmethod
    def update(table: str, place: Any, values: dict[str, Any]) -> Statement:
        names = ", ".join(f'"{name}" = %s' for name in values)
        return f'UPDATE "{table}" SET {names} WHERE rowid = %s', [*values.values(), place]


class PostgreSQL:
    """A row is JSON. Sequences go on after a rollback, so that what was built before never meets what is added later."""

    @staticmethod
    def state() -> tuple[Any, ...]:
        return _all("SELECT hash FROM audit_audithead"), _all("SELECT id, slug FROM people_team ORDER BY id")

    @staticmethod
    def rows(table: str) -> Rows:
        order = ", ".join(f'"{name}"' for name in _keys(table))  # the chain takes its events in their order alone
        statement = f'SELECT to_json(whole_row)::text FROM "{table}" whole_row ORDER BY {order}'
        rows = [json.loads(row[0]) for row in _all(statement)]
        return {tuple(str(row[name]) for name in _keys(table)): row for row in rows}

    @staticmethod
    def insert(table: str, rows: list[dict[str, Any]]) -> Iterator[Statement]:
        yield f'INSERT INTO "{table}" SELECT * FROM json_populate_recordset(NULL::"{table}", %s)', [json.dumps(rows)]

    @staticmethod
    def update(table: str, place: Any, values: dict[str, Any]) -> Statement:
        names = ", ".join(f'"{name}" = new."{name}"' for name in values)
        key = " AND ".join(f'old."{name}"::text = %s' for name in _keys(table))
        changed = f'json_populate_record(NULL::"{table}", %s) new'
        return f'UPDATE "{table}" old SET {names} FROM {changed} WHERE {key}', [json.dumps(values), *place]


def _again(change: Change) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, values in change.statements:
            cursor.cursor.execute(statement, values)  # no query that a test counts
    return pickle.loads(change.result)


def _contents(database: type[SQLite | PostgreSQL]) -> dict[str, Rows]:
    """Every row of every table."""
    return {table: database.rows(table) for table in connection.introspection.table_names()}


def _statements(
    database: type[SQLite | PostgreSQL], before: Mapping[str, Rows], after: Mapping[str, Rows]
) -> Iterator[Statement]:
    """Additions, then changes."""
    for table, rows in after.items():
        if added := [row for place, row in rows.items() if place not in before[table]]:
            yield from database.insert(table, added)
    for table, rows in after.items():
        assert before[table].keys() <= rows.keys(), f"{table}: what is built once deletes nothing"
        for place, old in before[table].items():
            if changed := {name: value for name, value in rows[place].items() if value != old[name]}:
                yield database.update(table, place, changed)


def _all(statement: str) -> tuple[tuple[Any, ...], ...]:
    with connection.cursor() as cursor:
        cursor.cursor.execute(statement)
        return tuple(cursor.cursor.fetchall())


@cache
def _columns(table: str) -> list[str]:
    return [row[1] for row in _all(f'PRAGMA table_info("{table}")')]


@cache
def _keys(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return connection.introspection.get_primary_key_columns(cursor, table)
