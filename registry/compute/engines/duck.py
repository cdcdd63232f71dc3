"""DuckDB for statements that Plumbline itself builds over trusted files. SQL that users write runs in `sandbox` only.

A connection is opened for one piece of work and closed after it. A long statement can be cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa

from registry.compute.engines.cancellation import run_interruptible
from registry.compute.engines.files import Files
from registry.compute.sandbox.confined.engine_settings import SETTINGS

NOT_PARQUET = ("magic bytes", "too small to be a Parquet file")


class EngineFailed(Exception):
    """The engine could not finish a statement. The message says what to do and quotes no data."""


class EngineOutOfMemory(EngineFailed):
    """It needed more memory than the check may use."""


class Duck:
    """A DuckDB connection, opened by its first statement, so that a check that needs none does not wait for it.

    ``stopped`` is called while a statement runs, and cancels it by answering True; ``memory_bytes``: the memory limit."""

    def __init__(
        self, connect: Callable[[], duckdb.DuckDBPyConnection], stopped: Callable[[], bool], memory_bytes: int = 1 << 30
    ) -> None:
        self._connect, self.stopped, self.memory_bytes = connect, stopped, memory_bytes

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        return self._connect()

    def close(self) -> None:
        """Close it, if it was ever opened."""
        if "connection" in vars(self):
            self.connection.close()

    def table(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """The statement's rows, in order. Raises EngineFailed, or Stopped."""
        return self._run(lambda: self._query(sql, parameters).to_arrow_table())

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The same rows as Python tuples."""
        rows: list[tuple[Any, ...]] = self._run(lambda: self._query(sql, parameters).fetchall())
        return rows

    def _query(self, sql: str, parameters: Sequence[Any]) -> duckdb.DuckDBPyRelation:
        return self.connection.sql(sql, params=list(parameters) or None)

    def _run(self, work: Callable[[], Any]) -> Any:
        try:
            return run_interruptible(work, stopped=self.stopped, interrupt=self.connection.interrupt)
        except (duckdb.Error, MemoryError) as error:
            raise _failure(error) from error


@contextmanager
def opened(*, memory_bytes: int, threads: int = 2, stopped: Callable[[], bool] = lambda: False) -> Iterator[Duck]:
    """A connection with limits, closed at the end."""

    def connect() -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(":memory:", config=SETTINGS)
        connection.execute(f"SET memory_limit = '{int(memory_bytes)}B'")
        connection.execute(f"SET threads = {int(threads)}")
        connection.execute("SET TimeZone = 'UTC'")
        return connection

    duck = Duck(connect, stopped, memory_bytes)
    try:
        yield duck
    finally:
        duck.close()


def source(files: Files) -> str:
    """The files as a table in a FROM clause. Whatever is not Parquet has to be copied first, by `at_hand`."""
    if files.kind != "parquet":
        raise TypeError(f"{files.base.name} is {files.kind}: it has to be copied before an engine reads it.")
    listed = ", ".join("'{}'".format(name.replace("'", "''")) for name in files.names)
    return f"read_parquet([{listed}], hive_partitioning = true)"


def quoted(name: str) -> str:
    """A column name as a quoted identifier, whatever characters it has."""
    return '"{}"'.format(name.replace('"', '""'))


def _failure(error: Exception) -> EngineFailed:
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return EngineOutOfMemory(
            "The data needs more memory than the check may use. Check less data or raise CHECK_MEMORY_MIB."
        )
    if isinstance(error, duckdb.InvalidInputException) and any(word in str(error) for word in NOT_PARQUET):
        return EngineFailed(
            "A file is not a Parquet file, or its end is missing. Replace it with a complete file, or remove it."
        )
    if isinstance(error, duckdb.ConversionException | duckdb.InvalidInputException):
        return EngineFailed("A value in the data does not fit the type of its column. Describe the data set again.")
    return EngineFailed(
        f"The data engine failed ({type(error).__name__}). The files may have changed or may be damaged."
    )
