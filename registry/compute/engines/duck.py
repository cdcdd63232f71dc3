"""DuckDB for statements that Plumbline itself builds over trusted files. People's SQL never comes here: see `sandbox`.

An engine is opened for one piece of work and closed. A long statement asks from time to time whether it should stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa

from registry.compute.engines.cancellation import watched
from registry.compute.engines.files import Files

NO_PARQUET = ("magic bytes", "too small to be a Parquet file")
SETTINGS = {
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "temp_directory": "",
}
READERS = {
    "parquet": "read_parquet({}, hive_partitioning = true)",
    "csv": "read_csv_auto({}, hive_partitioning = true)",
}


class EngineFailed(Exception):
    """The engine could not finish a statement; the message says what to do and quotes no data."""


class Duck:
    """An engine, opened by its first statement: a small check that needs none does not wait for one. ``stopped`` is asked
    while a statement runs; ``memory_bytes``: what the work may use."""

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
        return self._watched(lambda: self._asked(sql, parameters).to_arrow_table())

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The same as Python values."""
        return self._watched(lambda: self._asked(sql, parameters).fetchall())

    def _asked(self, sql: str, parameters: Sequence[Any]) -> duckdb.DuckDBPyRelation:
        return self.connection.sql(sql, params=list(parameters) or None)

    def _watched(self, work: Callable[[], Any]) -> Any:
        try:
            return watched(work, stopped=self.stopped, interrupt=self.connection.interrupt)
        except (duckdb.Error, MemoryError) as error:
            raise _told(error) from error


@contextmanager
def opened(*, memory_bytes: int, threads: int = 2, stopped: Callable[[], bool] = lambda: False) -> Iterator[Duck]:
    """An engine with limits, closed at the end."""

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
    """The files as a table of a FROM clause."""
    listed = ", ".join("'{}'".format(name.replace("'", "''")) for name in files.names)
    return READERS[files.kind].format(f"[{listed}]")


def quoted(name: str) -> str:
    """A column's name as the engine takes it, whatever is in it."""
    return '"{}"'.format(name.replace('"', '""'))


def _told(error: Exception) -> EngineFailed:
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return EngineFailed(
            "The data need more memory than the check may use. Check less data or raise CHECK_MEMORY_MIB."
        )
    if isinstance(error, duckdb.InvalidInputException) and any(word in str(error) for word in NO_PARQUET):
        return EngineFailed("A file is no Parquet file, or its end is missing: put it back whole, or take it away.")
    if isinstance(error, duckdb.ConversionException | duckdb.InvalidInputException):
        return EngineFailed("A value in the data does not fit its column's type: describe the data set anew.")
    return EngineFailed(f"The data engine failed ({type(error).__name__}): the files may have changed or be damaged.")
