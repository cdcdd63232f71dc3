"""Rows that pyarrow or one of its kin reads wherever they lie: described, sampled, and copied by the columns that a check needs.

DuckDB reads them as an Arrow data set, so that columns, partitions and row groups that nobody asked for are not transferred.
It has no access to the network: what it reads is handed to it.
"""

from __future__ import annotations

import abc
import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from registry.compute.engines.cancellation import Stopped, run_interruptible
from registry.compute.engines.duck import quoted
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Column, Snapshot, Unreadable, chosen_of, columns_of, with_sample
from registry.compute.reading.rows import Copied, bounded, write
from registry.compute.sandbox.confined.engine_settings import SETTINGS

BATCH = 65_536
SAMPLED = "sampled_rows"


class ArrowRows(abc.ABC):
    """A source of rows. Every method raises Unreadable when they cannot be read."""

    @abc.abstractmethod
    def arrow_schema(self) -> pa.Schema:
        """The columns with their Arrow types."""

    @abc.abstractmethod
    def snapshot(self) -> Snapshot:
        """What identifies the content, the number of rows, the columns; no row is read."""

    @abc.abstractmethod
    def scanned(self, columns: Sequence[str]) -> Any:
        """These columns as what DuckDB reads: an Arrow data set, or a reader that is read once."""

    @abc.abstractmethod
    def failure(self, error: Exception) -> Unreadable:
        """What a library's error means, in our own words."""

    def describe(self) -> tuple[Column, ...]:
        """The columns, without reading the rows."""
        return columns_of(self.arrow_schema())

    def first_rows(self, rows: int) -> list[dict[str, Any]]:
        """The first rows, unchanged."""
        names = self.arrow_schema().names
        with self.translated(), self._reading(f"SELECT * FROM {SAMPLED} LIMIT {int(rows)}", names) as rows_read:
            return [row for batch in rows_read.batches for row in bounded(batch).rows.to_pylist()]

    def days(self, column: str) -> list[tuple[date, int]]:
        """The days of a column of moments, in order, with their rows; rows without one are left out."""
        day = f"CAST(CAST({quoted(column)} AS TIMESTAMP) AS DATE)"
        sql = f"SELECT {day} AS d, count(*) AS n FROM {SAMPLED} GROUP BY 1 HAVING d IS NOT NULL ORDER BY 1"
        with self.translated(), self._reading(sql, [column]) as rows_read:
            return [(row["d"], row["n"]) for batch in rows_read.batches for row in batch.to_pylist()]

    def at_hand(
        self,
        folder: Path,
        where: str = "",
        *,
        columns: Sequence[str] = (),
        most_rows: int = 0,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Files:
        """Copy the rows that match ``where`` as Parquet to ``folder``, in bounded memory: these columns, or all; with ``most_rows`` a
        random sample of about that size. Unreadable or Stopped."""
        names = [field.name for field in chosen_of(self.arrow_schema(), columns)]
        some = with_sample(where, self.snapshot().rows if most_rows else 0, most_rows)
        sql = f"SELECT {', '.join(map(quoted, names))} FROM {SAMPLED}{some}"
        with self.translated():
            copied = self._copied(sql, names, self._named_in(where), folder, stopped)
        return Files.of_copy(copied)

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what a library raises into a sentence."""
        try:
            yield
        except (pa.ArrowException, OSError, duckdb.Error, ValueError) as error:
            raise self.failure(error) from None

    def _named_in(self, where: str) -> list[str]:
        """The columns of the condition."""
        return [name for name in self.arrow_schema().names if quoted(name) in where]

    def _copied(
        self, sql: str, names: Sequence[str], others: Sequence[str], folder: Path, stopped: Callable[[], bool]
    ) -> Copied:
        schema = pa.schema(self.arrow_schema().field(name) for name in names)
        with self._reading(sql, [*names, *others]) as rows:

            def work() -> Copied:
                first = next(rows.batches, None)
                parts = itertools.chain([first] if first is not None else [], rows.batches)
                return write(map(bounded, parts), first.schema if first is not None else schema, folder)

            return run_interruptible(work, stopped=stopped, interrupt=rows.interrupt)

    @contextlib.contextmanager
    def _reading(self, sql: str, names: Sequence[str]) -> Iterator[_Reading]:
        """The rows of a statement over the scanned columns, batch by batch."""
        rows, over = self.scanned(list(dict.fromkeys(names))), threading.Event()
        with duckdb.connect(":memory:", config=SETTINGS) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.register(SAMPLED, rows)

            def interrupt() -> None:
                over.set()  # between two batches nothing runs that could be interrupted
                connection.interrupt()

            def batches() -> Iterator[pa.RecordBatch]:
                for batch in connection.sql(sql).to_arrow_reader(BATCH):
                    if over.is_set():
                        raise Stopped
                    yield batch

            yield _Reading(batches(), interrupt)


class _Reading(NamedTuple):
    batches: Iterator[pa.RecordBatch]
    interrupt: Callable[[], None]
