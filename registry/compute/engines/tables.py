"""Tables of PostgreSQL as a data set: described, sampled, digested there, and copied as Parquet in one statement.

What PostgreSQL holds exactly and Arrow does not is read as float64 (numeric) or as text (uuid, json, intervals). The
digest is over the sorted SHA-256 of the rows as text: the order in which a table keeps its rows is nobody's promise.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pyarrow as pa
import pyarrow.parquet as parquet

from registry.compute.engines.cancellation import watched
from registry.compute.engines.duck import quoted
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Column, Seen, Unreadable

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Cursor

CONNECT_S = 5
LOOK_S = 15  # for what a page waits for
SETTINGS = {
    "default_transaction_read_only": "on",
    "search_path": "pg_catalog",  # nobody's function stands in for the server's own
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}
MISSING, FORBIDDEN, TIMED_OUT = "42P01", "42501", "57014"


class Table(NamedTuple):
    """``connection``: what people call it; ``dsn``: its address, with secrets that no message shows; ``timeout_s``:
    what a copy or a digest may take."""

    connection: str
    dsn: str
    schema: str
    name: str
    timeout_s: float

    def describe(self) -> tuple[Column, ...]:
        """The columns as they would be copied. Unreadable when there is no such table, or it cannot be reached."""
        return tuple(Column(field.name, str(field.type)) for field in self.arrow_schema())

    def arrow_schema(self) -> pa.Schema:
        """The same with Arrow's types themselves. Unreadable."""
        with self._opened(LOOK_S) as cursor:
            return self._as_copied(cursor)

    def snapshot(self) -> Seen:
        """Digest, rows and columns; every row is read there, its digest alone comes back. Unreadable."""
        with self._opened(self.timeout_s) as cursor:
            schema = tuple(Column(field.name, str(field.type)) for field in self._as_copied(cursor))
            digest, rows = hashlib.sha256(repr([tuple(column) for column in schema]).encode()), 0
            hashed = "sha256(convert_to(CAST(one AS text), 'UTF8'))"
            cursor.execute(f"SELECT {hashed} AS h FROM {self._quoted} AS one ORDER BY h")
            for batch in cursor.fetch_record_batch():
                rows += batch.num_rows
                for value in batch.column(0).to_pylist():
                    digest.update(value)
        return Seen(digest.hexdigest(), rows, schema)

    def first_rows(self, rows: int) -> list[dict[str, Any]]:
        """Some rows: a table has no first ones. Unreadable."""
        with self._opened(LOOK_S) as cursor:
            cursor.execute(f"{self._select(cursor)} LIMIT {int(rows)}")
            return cursor.fetch_arrow_table().to_pylist()

    def span(self, column: str) -> tuple[datetime | None, datetime | None]:
        """The first and the last moment in a column; None without rows. Unreadable."""
        moment = f"CAST({quoted(column)} AS TIMESTAMP)"
        with self._opened(LOOK_S) as cursor:
            cursor.execute(f"SELECT min({moment}), max({moment}) FROM {self._quoted}")
            return cursor.fetchone()

    def at_hand(
        self, folder: Path, where: str = "", *, most_rows: int = 0, stopped: Callable[[], bool] = lambda: False
    ) -> Files:
        """A copy as Parquet below ``folder``: the rows that ``where``, a WHERE clause in plain SQL, chooses;
        about ``most_rows`` of them, taken at random, where so many are asked for.

        Bounded in memory by a batch of rows; some rows are for somebody who waits, and soon too late. Raises Unreadable, or Stopped once ``stopped`` said so.
        """
        target = folder / f"{len(list(folder.iterdir()))}.parquet"
        with self._opened(LOOK_S if most_rows else self.timeout_s) as cursor:
            watched(
                lambda: self._copy(cursor, self._sampled(cursor, where, most_rows), target),
                stopped=stopped,
                interrupt=cursor.adbc_cancel,
            )
        return Files(target, (target,), "parquet")

    def _copy(self, cursor: Cursor, condition: str, target: Path) -> None:
        cursor.execute(self._select(cursor) + condition)
        with (
            cursor.fetch_record_batch() as batches,
            parquet.ParquetWriter(target, batches.schema, use_compliant_nested_type=False) as writer,
        ):
            for batch in batches:
                writer.write_batch(batch)

    def _sampled(self, cursor: Cursor, where: str, most_rows: int) -> str:
        """The clause, and beside it, where there are more rows than ``most_rows``, chance."""
        if most_rows:
            cursor.execute(f"SELECT count(*) FROM {self._quoted}{where}")
            [rows] = cursor.fetchone()
            if rows > most_rows:
                return f"{where}{' AND' if where else ' WHERE'} random() < {most_rows / rows!r}"
        return where

    def address(self, timeout_s: float) -> str:
        """Where to connect to, so that values read as text mean the same everywhere."""
        settings = SETTINGS | {"statement_timeout": str(max(1, round(timeout_s * 1000)))}
        given = {
            "application_name": "plumbline",
            "connect_timeout": str(CONNECT_S),
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        }
        return f"{self.dsn}{'&' if urlsplit(self.dsn).query else '?'}{urlencode(given, quote_via=quote)}"

    @property
    def _quoted(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    def _select(self, cursor: Cursor) -> str:
        cursor.execute(f"SELECT * FROM {self._quoted} LIMIT 0")
        columns = [_column(field) for field in cursor.fetch_arrow_table().schema]
        return f"SELECT {', '.join(columns)} FROM {self._quoted}"

    def _as_copied(self, cursor: Cursor) -> pa.Schema:
        cursor.execute(f"{self._select(cursor)} LIMIT 0")
        return cursor.fetch_arrow_table().schema

    @contextlib.contextmanager
    def _opened(self, timeout_s: float) -> Iterator[Cursor]:
        import adbc_driver_manager  # only where a table is read
        from adbc_driver_postgresql import dbapi

        began = time.monotonic()
        try:
            with dbapi.connect(self.address(timeout_s), autocommit=True) as opened, opened.cursor() as cursor:
                yield cursor
        except (adbc_driver_manager.Error, pa.ArrowException, OSError) as error:
            late = time.monotonic() - began >= timeout_s  # what breaks off in the middle of a copy has no SQLSTATE
            raise Unreadable(self._told(TIMED_OUT if late else getattr(error, "sqlstate", None))) from None

    def _told(self, state: str | None) -> str:
        """What to do, in our own words: those of the driver may show the address."""
        table = f"{self.schema}.{self.name}"
        if state == MISSING:
            return f"There is no table {table} at connection {self.connection}, or it reads one that is not there."
        if state == FORBIDDEN:
            return f"Connection {self.connection} may not read {table}: grant it SELECT."
        if state == TIMED_OUT:
            return f"Table {table} took too long to read: give fewer rows, a view, or raise CHECK_TIME_LIMIT_S."
        if state is None:
            return f"Connection {self.connection} does not answer, or broke off."
        return f"Table {table} of connection {self.connection} could not be read (SQLSTATE {state})."


def _column(field: pa.Field) -> str:
    """How a column is asked for, so that what comes has a type that every engine knows."""
    name, told = quoted(field.name), (field.metadata or {}).get(b"POSTGRESQL:type", b"")
    if told == b"numeric":
        return f"CAST({name} AS double precision) AS {name}"
    if isinstance(field.type, pa.BaseExtensionType) or pa.types.is_interval(field.type):
        return f"CAST({name} AS text) AS {name}"
    return name
