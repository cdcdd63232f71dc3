"""Rows by the million: COPY on PostgreSQL, prepared statements on SQLite. Keys are counted here, so that others can point to them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, JSONField, Max, Model

Tell = Callable[[str, int, int], None]
Row = TypeVar("Row")
BATCH = 20_000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write(kind: type[Model], rows: Iterable[Any], total: int, tell: Tell, *, keep: bool = False) -> list[Any]:
    """Write instances that have no keys yet; the written ones with ``keep``, which holds them in memory."""
    fields = [field for field in kind._meta.local_concrete_fields if not field.generated]
    written: list[Any] = []

    def values() -> Iterator[Sequence[Any]]:
        for row in rows:
            if keep:
                written.append(row)
            yield [_value(field, row) for field in fields if not field.primary_key]

    first = copy(kind, [field.column for field in fields if not field.primary_key], values(), total, tell)
    for key, row in enumerate(written, start=first):
        row.pk = key
    return written


def copy(kind: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], total: int, tell: Tell) -> int:
    """Write rows of values in the order of ``columns``, keys counted on; return the first key.

    On PostgreSQL what hangs on a row (keys of other tables) is checked after each batch, so that no list of ten million
    checks waits for the end of the transaction.
    """
    key = kind._meta.pk.column
    first = 1 + (kind._base_manager.aggregate(last=Max("pk"))["last"] or 0)
    numbered = ((number, *row) for number, row in enumerate(rows, start=first))
    store = _copied if connection.vendor == "postgresql" else _inserted
    done = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for batch in batches(numbered, BATCH):
            store(cursor, kind._meta.db_table, [key, *columns], batch)
            done += len(batch)
            tell(str(kind._meta.verbose_name_plural), done, total)
        for statement in connection.ops.sequence_reset_sql(no_style(), [kind]):
            cursor.execute(statement)
    return first


def analyze() -> None:
    """Let the database count what was written, as it does by itself some time later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """The rows in lists of that many."""
    rest = iter(rows)
    while batch := list(itertools.islice(rest, size)):
        yield batch


def _value(field: Field, row: Model) -> Any:
    value = field.pre_save(row, True)
    if isinstance(field, JSONField):
        return None if value is None else json.dumps(value, cls=field.encoder)
    return field.get_db_prep_save(value, connection)


def _copied(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as stream:
        stream.write("".join("\t".join(map(_text, row)) + "\n" for row in rows))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.translate(ESCAPES) if any(sign in value for sign in "\\\t\n\r") else value
    if value is None:
        return "\\N"
    if isinstance(value, bytes | memoryview):
        return f"\\\\x{bytes(value).hex()}"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def _inserted(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    names, places = ", ".join(f'"{name}"' for name in columns), ", ".join(["%s"] * len(columns))
    prepared = [
        [connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value for value in row]
        for row in rows
    ]
    cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', prepared)
