"""Spark Connect as an engine that the data stay in: one session for one piece of work, with a time limit and a way to cancel.

The client is optional (``registry/compute/places/spark-connect.in``) and needs no Java. Every statement carries a tag, which the
cluster is asked to interrupt. Errors are sentences of our own: those of Spark quote data, and end with the whole stack.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import pyarrow as pa

from registry.compute.engines.cancellation import Stopped, run_interruptible
from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.row_source import Unreadable
from registry.compute.pushdown.spark import SETTINGS

if TYPE_CHECKING:
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession

EXTRA = "The client of Spark Connect is not installed here. Install registry/compute/places/spark-connect.txt."
PORT = 15002
PATIENCE_S = 5.0  # until a server answers, or an interrupted statement has ended
RETRIES, LONGEST_PAUSE_MS = 2, 200
SESSION = {
    name: value for name, value in SETTINGS.items() if name.startswith("spark.sql.") and "partitions" not in name
}
GONE = frozenset({"TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA"})
CANCELLED, REFUSED, AWAY = "OPERATION_CANCELED", "UNAUTHENTICATED", "RETRIES_EXCEEDED"
CONDITION = re.compile(r"\[([A-Z][A-Z0-9_.]{2,80})\]")
Result = TypeVar("Result")


class Missing(Unreadable):
    """Spark knows no such table or path."""


class Session:
    """A session at one cluster. ``rows``, ``table`` and ``working`` raise EngineFailed, Unreadable or Stopped."""

    def __init__(self, spark: SparkSession, connection: str, timeout_s: float, stopped: Callable[[], bool]) -> None:
        self.spark, self.connection = spark, connection
        self._stopped, self._timeout_s, self._ends_at = stopped, timeout_s, time.monotonic() + timeout_s
        self._tag = f"plumbline-{uuid.uuid4().hex}"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one SELECT; moments are in UTC and do not say so, as in every engine."""
        columns = [_plain(column) for column in self.table(sql).columns]
        return list(zip(*columns, strict=True))

    def table(self, sql: str) -> pa.Table:
        """The rows of one SELECT as Arrow."""
        return self.working(lambda: self.spark.sql(sql)._to_table()[0])

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The same in parts, as the cluster sends them; to be read within `working`."""
        client = self.spark.client
        for part in client.to_table_as_iterator(self.spark.sql(sql)._plan.to_proto(client), {}):
            if isinstance(part, pa.Table):
                yield from part.to_batches()

    def schema(self, sql: str) -> pa.Schema:
        """The columns of one SELECT, without running it; those that Arrow does not have as text."""
        from pyspark.sql.pandas.types import to_arrow_type

        def read() -> pa.Schema:
            fields = []
            for field in self.spark.sql(sql).schema.fields:
                try:
                    kind = to_arrow_type(field.dataType)
                except Exception:
                    kind = pa.string()
                fields.append(pa.field(field.name, kind))
            return pa.schema(fields)

        return self.working(read)

    @contextlib.contextmanager
    def stored(self, select: str, name: str) -> Iterator[None]:
        """Compute the rows of a SELECT once, and keep them at the cluster as a view of that name."""
        frame: DataFrame = self.working(lambda: self.spark.sql(select).persist())
        try:
            self.working(lambda: frame.createOrReplaceTempView(name))
            yield
        finally:
            with contextlib.suppress(Exception):  # the session ends, and with it what it keeps
                self.spark.catalog.dropTempView(name)
                frame.unpersist()

    def working(self, work: Callable[[], Result]) -> Result:
        """Do what may take long; it is interrupted at the time limit, and when ``stopped`` answers True."""

        def tagged() -> Result:
            self.spark.addTag(self._tag)  # of this thread
            return work()

        try:
            return run_interruptible(
                tagged, stopped=lambda: self._is_late or self._stopped(), interrupt=self._interrupt
            )
        except Stopped:
            if self._is_late:
                raise EngineFailed(self._too_long()) from None
            raise
        except _errors() as error:
            raise self._failure(error) from None

    @property
    def _is_late(self) -> bool:
        return time.monotonic() > self._ends_at

    def _too_long(self) -> str:
        return (
            f"Spark at connection {self.connection} took longer than {self._timeout_s:g} s. A cluster that has just started is slow at "
            "first: try again. Of a check, compare fewer rows, or raise CHECK_TIME_LIMIT_S."
        )

    def _interrupt(self) -> None:
        """Ask the cluster to stop; where it does not answer, leave it."""
        asking = threading.Thread(target=self._ask_to_stop, daemon=True)
        asking.start()
        asking.join(PATIENCE_S)
        if asking.is_alive():
            self.spark.client.close()

    def _ask_to_stop(self) -> None:
        with contextlib.suppress(Exception):
            self.spark.interruptTag(self._tag)

    def _failure(self, error: Exception) -> Exception:
        text = str(error)
        condition = (getattr(error, "getCondition", lambda: None)() or "").partition(".")[0]
        if not condition and (match := CONDITION.search(text)):
            condition = match[1].partition(".")[0]
        if condition in GONE:
            return Missing("gone", condition)
        if "PERMISSION" in text[:400] or "INSUFFICIENT" in condition:
            return EngineFailed(f"Connection {self.connection} may not read it. Grant its user SELECT.")
        if REFUSED in text[:400] or "authentication token" in text[:400]:
            return Unreadable(refused(self.connection))
        if condition == AWAY or "UNAVAILABLE" in text[:400]:
            return Unreadable(away(self.connection), "away")
        if condition == CANCELLED or CANCELLED in text[:400]:
            return EngineFailed(f"Somebody cancelled it at the cluster of connection {self.connection}. Run it again.")
        return EngineFailed(
            f"Spark at connection {self.connection} could not compute it ({condition or type(error).__name__})."
        )


@contextlib.contextmanager
def opened(
    address: str, connection: str, *, timeout_s: float, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Session]:
    """A session at ``address``, ended at the end. Unreadable within seconds where nobody answers."""
    if find_spec("pyspark") is None or find_spec("grpc") is None:
        raise Unreadable(EXTRA, "not_installed")
    _require_an_answer(address, connection)
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    logging.getLogger("SQLQueryContextLogger").disabled = True  # it writes each error with its data
    spark = SparkSession(DefaultChannelBuilder(address))
    spark.client.set_retry_policies([DefaultPolicy(max_retries=RETRIES, max_backoff=LONGEST_PAUSE_MS)])
    session = Session(spark, connection, timeout_s, stopped)
    try:
        session.working(lambda: _set(spark))
        yield session
    finally:
        with contextlib.suppress(Exception):
            spark.stop()


def away(connection: str) -> str:
    """Nobody answers."""
    return f"Connection {connection} does not answer: is its Spark Connect server running, and does it speak TLS if a token is set?"


def refused(connection: str) -> str:
    """The token is wrong."""
    return f"Connection {connection} refuses the token. Set SPARK_CONNECT_AUTHENTICATE_TOKEN to the one of its server."


def _require_an_answer(address: str, connection: str) -> None:
    """The client itself would try for minutes."""
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or PORT), timeout=PATIENCE_S).close()
    except OSError:
        raise Unreadable(away(connection), "away") from None


def _set(spark: SparkSession) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # escapedStringLiterals is deprecated, and decides what a text means
        for name, value in SESSION.items():
            spark.conf.set(name, value)


def _errors() -> tuple[type[Exception], ...]:
    import grpc
    from pyspark.errors import PySparkException

    return (PySparkException, grpc.RpcError, ValueError)  # a channel that was closed is a ValueError


def _plain(column: pa.ChunkedArray) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if pa.types.is_timestamp(column.type) and column.type.tz:
        return [value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in values]
    return values
