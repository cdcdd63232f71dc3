"""PostgreSQL tables as data sets: described, sampled and digested in the database, copied as Parquet in one statement.

Types that Arrow does not have are read as float64 (numeric) or as text (uuid, json, intervals). The digest is computed
over the sorted SHA-256 of the rows as text, because a table promises no order of its rows.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pyarrow as pa
from sqlglot import exp

from registry.compute.engines.cancellation import run_interruptible
from registry.compute.engines.duck import quoted
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Column, Snapshot, Unreadable, chosen_of, columns_of, with_sample
from registry.compute.reading.rows import Copied, bounded, write

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Cursor

CONNECT_S = 5
INTERACTIVE_S = 15  # while a page waits
SETTINGS = {
    "default_transaction_read_only": "on",
    "search_path": "pg_catalog",  # so that no other function replaces one of the server's own
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}
CODE = """
WITH RECURSIVE first AS (
    SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2
), read (reader, class, oid) AS (
    SELECT r.ev_class, d.refclassid, d.refobjid FROM pg_rewrite AS r JOIN pg_depend AS d
    ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refobjid <> r.ev_class WHERE r.ev_type = '1'
), reached (class, oid) AS (
    SELECT 'pg_class'::regclass::oid, oid FROM first
    UNION SELECT read.class, read.oid FROM reached JOIN read ON read.reader = reached.oid
)
SELECT c.relkind::text, n.nspname || '.' || c.relname, coalesce(pg_get_viewdef(c.oid, true), ''), c.oid IN (SELECT oid FROM first)
FROM reached JOIN pg_class AS c ON c.oid = reached.oid AND reached.class = 'pg_class'::regclass
JOIN pg_namespace AS n ON n.oid = c.relnamespace
UNION ALL
SELECT 'function', p.oid::regprocedure::text, p.prosrc, false
FROM reached JOIN pg_proc AS p ON p.oid = reached.oid AND reached.class = 'pg_proc'::regclass
JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 4 DESC, 1, 2
"""
VIEWS = ("v", "m")  # views and materialized views
MISSING, FORBIDDEN, TIMED_OUT = "42P01", "42501", "57014"


class Code(NamedTuple):
    """What computes a view: its name and its SQL, as PostgreSQL writes it; of a function, its body."""

    name: str
    text: str


class Table(NamedTuple):
    """``connection``: its name in Plumbline; ``dsn``: its address, with secrets that no message may show; ``timeout_s``:
    the time limit of a copy or a digest."""

    connection: str
    dsn: str
    schema: str
    name: str
    timeout_s: float

    @property
    def place(self) -> exp.Table:
        """The table, whatever characters its name has."""
        name, schema = (exp.to_identifier(part, quoted=True) for part in (self.name, self.schema))
        return exp.table_(name, db=schema)

    def describe(self) -> tuple[Column, ...]:
        """The columns as they would be copied. Unreadable when the table does not exist or cannot be reached."""
        return columns_of(self.arrow_schema())

    def arrow_schema(self) -> pa.Schema:
        """The columns with their Arrow types. Unreadable."""
        with self._opened(INTERACTIVE_S) as cursor:
            return self._as_copied(cursor)

    def snapshot(self) -> Snapshot:
        """Digest, number of rows and columns. The database hashes the rows; only hashes are transferred. Unreadable."""
        with self._opened(self.timeout_s) as cursor:
            schema = columns_of(self._as_copied(cursor))
            digest, rows = hashlib.sha256(repr([tuple(column) for column in schema]).encode()), 0
            hashed = "sha256(convert_to(CAST(r AS text), 'UTF8'))"
            cursor.execute(f"SELECT {hashed} AS h FROM {self._quoted} AS r ORDER BY h")
            for batch in cursor.fetch_record_batch():
                rows += batch.num_rows
                for value in batch.column(0).to_pylist():
                    digest.update(value)
        return Snapshot(digest.hexdigest(), rows, schema)

    def first_rows(self, rows: int) -> list[dict[str, Any]]:
        """Any rows, because a table has no order. Unreadable."""
        with self._opened(INTERACTIVE_S) as cursor:
            cursor.execute(f"{self._select(cursor)} LIMIT {int(rows)}")
            batches = cursor.fetch_arrow_table().to_batches()
        return [row for batch in batches for row in bounded(batch).rows.to_pylist()]

    def days(self, column: str) -> list[tuple[date, int]]:
        """The days of a column of moments, in order, with their rows; rows without one are left out. Unreadable."""
        day = f"CAST(CAST({quoted(column)} AS TIMESTAMP) AS DATE)"
        with self._opened(INTERACTIVE_S) as cursor:
            cursor.execute(f"SELECT {day}, count(*) FROM {self._quoted} GROUP BY 1 ORDER BY 1")
            return [(day, rows) for day, rows in cursor.fetchall() if day is not None]

    def computed_by(self) -> tuple[Code, ...]:
        """The SQL of a view or materialized view, then that of the views and functions that it is built on; nothing for an
        ordinary table. Unreadable."""
        with self._opened(INTERACTIVE_S) as cursor:
            cursor.execute(CODE, (self.schema, self.name))
            rows = cursor.fetchall()
        if not rows:
            raise Unreadable(self._message(MISSING))
        if rows[0][0] not in VIEWS:
            return ()
        return tuple(Code(name, text) for kind, name, text, _ in rows if kind in (*VIEWS, "function"))

    def at_hand(
        self,
        folder: Path,
        where: str = "",
        *,
        columns: Sequence[str] = (),
        most_rows: int = 0,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Files:
        """Copy rows as Parquet to ``folder``: these columns, or all, of the rows that match ``where``, a WHERE clause in plain SQL;
        with ``most_rows`` a random sample of about that size.

        Memory is bounded by one batch of rows. A sample has the short time limit of a page. Raises Unreadable, or Stopped
        when ``stopped`` answers True.
        """
        with self._opened(INTERACTIVE_S if most_rows else self.timeout_s) as cursor:
            copied = run_interruptible(
                lambda: self._copy(cursor, self._sampled(cursor, where, most_rows), columns, folder),
                stopped=stopped,
                interrupt=cursor.adbc_cancel,
            )
        return Files.of_copy(copied)

    def _copy(self, cursor: Cursor, condition: str, columns: Sequence[str], folder: Path) -> Copied:
        cursor.execute(self._select(cursor, columns) + condition)
        with cursor.fetch_record_batch() as batches:
            return write(map(bounded, batches), batches.schema, folder)

    def _sampled(self, cursor: Cursor, where: str, most_rows: int) -> str:
        if not most_rows:
            return where
        cursor.execute(f"SELECT count(*) FROM {self._quoted}{where}")
        [rows] = cursor.fetchone() or (0,)
        return with_sample(where, rows, most_rows)

    def address(self, timeout_s: float) -> str:
        """The address with settings under which values read as text mean the same on every server."""
        settings = SETTINGS | {"statement_timeout": str(max(1, round(timeout_s * 1000)))}
        parameters = {
            "application_name": "plumbline",
            "connect_timeout": str(CONNECT_S),
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        }
        return f"{self.dsn}{'&' if urlsplit(self.dsn).query else '?'}{urlencode(parameters, quote_via=quote)}"

    @property
    def _quoted(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    def _select(self, cursor: Cursor, columns: Sequence[str] = ()) -> str:
        cursor.execute(f"SELECT * FROM {self._quoted} LIMIT 0")
        schema = cursor.fetch_arrow_table().schema
        chosen = [_column(field) for field in chosen_of(schema, columns)]
        return f"SELECT {', '.join(chosen)} FROM {self._quoted}"

    def _as_copied(self, cursor: Cursor) -> pa.Schema:
        cursor.execute(f"{self._select(cursor)} LIMIT 0")
        return cursor.fetch_arrow_table().schema

    @contextlib.contextmanager
    def _opened(self, timeout_s: float) -> Iterator[Cursor]:
        import adbc_driver_manager  # imported only when a table is read
        from adbc_driver_postgresql import dbapi

        began = time.monotonic()
        try:
            with dbapi.connect(self.address(timeout_s), autocommit=True) as opened, opened.cursor() as cursor:
                yield cursor
        except (adbc_driver_manager.Error, pa.ArrowException, OSError) as error:
            late = time.monotonic() - began >= timeout_s  # a copy that is interrupted has no SQLSTATE
            state = TIMED_OUT if late else getattr(error, "sqlstate", None)
            raise Unreadable(self._message(state), "unreadable" if state else "away") from None

    def _message(self, state: str | None) -> str:
        """What to do, in our own words: the driver's message may contain the address."""
        table = f"{self.schema}.{self.name}"
        if state == MISSING:
            return f"There is no table {table} at connection {self.connection}, or it is a view of one that does not exist."
        if state == FORBIDDEN:
            return f"Connection {self.connection} may not read {table}. Grant it SELECT."
        if state == TIMED_OUT:
            return f"Reading table {table} took too long. Use a view with fewer rows, or raise CHECK_TIME_LIMIT_S."
        if state is None:
            return f"Connection {self.connection} does not answer, or was interrupted."
        return f"Table {table} of connection {self.connection} could not be read (SQLSTATE {state})."


def _column(field: pa.Field) -> str:
    """The expression that selects a column with a type that every engine knows."""
    name, postgres_type = quoted(field.name), (field.metadata or {}).get(b"POSTGRESQL:type", b"")
    if postgres_type == b"numeric":
        return f"CAST({name} AS double precision) AS {name}"
    if isinstance(field.type, pa.BaseExtensionType) or pa.types.is_interval(field.type):
        return f"CAST({name} AS text) AS {name}"
    return name
