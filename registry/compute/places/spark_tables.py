"""Tables and Parquet files behind Spark Connect as data sets: everything is computed there, rows come when a check needs them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from sqlglot import exp

from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Column, Snapshot, Unreadable, chosen_of, columns_of, with_sample
from registry.compute.engines.tables import INTERACTIVE_S
from registry.compute.places import connect
from registry.compute.places.connect import Missing, Session
from registry.compute.pushdown.spark import quoted, where_in_spark
from registry.compute.reading.rows import bounded, write

PARTS, DIGITS = 4, 15  # of a row's digest: 240 of its bits, each part a sum that 10^19 rows do not overflow


class SparkTable(NamedTuple):
    """``connection``: its name in Plumbline; ``address``: where its server is, with a token that no message may show; ``place``: the
    table, or the path of files; ``timeout_s``: the time limit of a check or a digest."""

    connection: str
    address: str
    place: exp.Table
    timeout_s: float
    dialect: str = "spark"

    @property
    def name(self) -> str:
        """The table's or the path's own name."""
        return str(self.place.name)

    def opened(
        self, *, timeout_s: float, stopped: Callable[[], bool] = lambda: False
    ) -> AbstractContextManager[Session]:
        """A session where it lies. Unreadable."""
        return connect.opened(self.address, self.connection, timeout_s=timeout_s, stopped=stopped)

    @contextlib.contextmanager
    def _asked(self, timeout_s: float, stopped: Callable[[], bool] = lambda: False) -> Iterator[Session]:
        """The same for a question of the data set's own: whatever fails is Unreadable."""
        try:
            with self.opened(timeout_s=timeout_s, stopped=stopped) as session:
                yield session
        except EngineFailed as failure:
            raise Unreadable(str(failure)) from None

    def describe(self) -> tuple[Column, ...]:
        """The columns as they would be copied. Unreadable when there is none, or nobody answers."""
        return columns_of(self.arrow_schema())

    def arrow_schema(self) -> pa.Schema:
        """The columns with their Arrow types. Unreadable."""
        with self._asked(INTERACTIVE_S) as session:
            return self._schema(session)

    def snapshot(self) -> Snapshot:
        """Digest, number of rows and columns. The cluster hashes the rows and adds the hashes up, whatever their order. Unreadable."""
        with self._asked(self.timeout_s) as session:
            schema = columns_of(self._schema(session))
            texts = ", ".join(self._as_text(column, n) for n, column in enumerate(schema))
            hashed = f"SELECT sha2(to_json(struct({texts})), 256) AS h FROM {self._from}"
            sums = ", ".join(
                f"coalesce(sum(CAST(conv(substr(h, {1 + part * DIGITS}, {DIGITS}), 16, 10) AS DECIMAL(19, 0))), 0) AS s{part}"
                for part in range(PARTS)
            )
            [(rows, *totals)] = self._rows(session, f"SELECT count(*) AS n, {sums} FROM ({hashed})")
        content = repr([tuple(column) for column in schema]), int(rows), *(int(total) for total in totals)
        return Snapshot(hashlib.sha256(repr(content).encode()).hexdigest(), int(rows), schema)

    def first_rows(self, rows: int) -> list[dict[str, Any]]:
        """Any rows, because a table has no order. Unreadable."""
        with self._asked(INTERACTIVE_S) as session:
            schema = self._schema(session)
            batches = session.table(f"{self._select(schema)} LIMIT {int(rows)}").cast(schema).to_batches()
        return [row for batch in batches for row in bounded(batch).rows.to_pylist()]

    def days(self, column: str) -> list[tuple[date, int]]:
        """The days of a column of moments, in order, with their rows; rows without one are left out. Unreadable."""
        day = f"CAST(CAST({quoted(column)} AS TIMESTAMP_NTZ) AS DATE)"
        with self._asked(INTERACTIVE_S) as session:
            counted = self._rows(session, f"SELECT {day} AS d, count(*) AS n FROM {self._from} GROUP BY 1 ORDER BY 1")
        return [(day, rows) for day, rows in counted if day is not None]

    def at_hand(
        self,
        folder: Path,
        where: str = "",
        *,
        columns: Sequence[str] = (),
        most_rows: int = 0,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Files:
        """Copy rows as Parquet to ``folder``, batch by batch: these columns, or all, of the rows that match ``where``; with
        ``most_rows`` a random sample of about that size. Unreadable or Stopped."""
        limit = INTERACTIVE_S if most_rows else self.timeout_s
        with self._asked(limit, stopped) as session:
            schema = self._schema(session)
            schema = pa.schema(chosen_of(schema, columns))
            condition = self._sampled(session, where_in_spark(where), most_rows)

            def parts() -> Iterator[pa.RecordBatch]:
                for batch in session.batches(f"{self._select(schema)}{condition}"):
                    yield from pa.Table.from_batches([batch]).cast(schema).to_batches()

            copied = session.working(lambda: write(map(bounded, parts()), schema, folder))
        return Files.of_copy(copied)

    def _sampled(self, session: Session, where: str, most_rows: int) -> str:
        if not most_rows:
            return where
        [(rows,)] = self._rows(session, f"SELECT count(*) AS n FROM {self._from}{where}")
        return with_sample(where, rows, most_rows)

    def _rows(self, session: Session, sql: str) -> list[tuple[Any, ...]]:
        try:
            return session.rows(sql)
        except Missing:
            raise Unreadable(self._gone) from None

    def _schema(self, session: Session) -> pa.Schema:
        try:
            return session.schema(f"SELECT * FROM {self._from}")
        except Missing:
            raise Unreadable(self._gone) from None

    @property
    def _gone(self) -> str:
        if self.place.db == "parquet":
            return f"There are no Parquet files at {self.name} that connection {self.connection} can read."
        return f"There is no table {'.'.join(part.name for part in self.place.parts)} at connection {self.connection}."

    @property
    def _from(self) -> str:
        return self.place.sql("spark")

    def _select(self, schema: pa.Schema) -> str:
        """The columns that Arrow has; others as text."""
        return f"SELECT {', '.join(self._column(field) for field in schema)} FROM {self._from}"

    @staticmethod
    def _column(field: pa.Field) -> str:
        name = quoted(field.name)
        return f"CAST({name} AS STRING) AS {name}" if pa.types.is_string(field.type) else name

    @staticmethod
    def _as_text(column: Column, number: int) -> str:
        name = quoted(column.name)
        text = f"hex({name})" if column.type == "binary" else f"CAST({name} AS STRING)"
        return f"{text} AS c{number}"
