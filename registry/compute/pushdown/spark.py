"""Spark as an engine for data that outgrows one machine: Parquet files as tables, queried by SELECT.

PySpark is optional (``registry/compute/pushdown/spark-requirements.txt``) and needs a Java of version 17 or newer.

`with session() as spark: compare_numbers_in(sql_runner(spark, {"flights": ["flights.parquet"]}), "spark", …)`

Definition parity computes both definitions once and keeps the rows for its statements (``registry.compute.kinds.parity.definition_in_database``):
`judge_in(run, "spark", exp.to_table("flights"), Source(…, types=columns_of(spark, "flights")), …, over=computed_once(spark))`
"""

from __future__ import annotations

import contextlib
import logging
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from os import environ
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import sqlglot

from registry.compute.engines.value_kinds import arrow_of
from registry.compute.pushdown.parity_sql import COMPUTED

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
OLDEST_JAVA = 17
SETTINGS = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # A value that does not fit is an error, as in the other engines, and not null or a rounded decimal.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.parser.escapedStringLiterals": "false",  # our string literals rely on this
    "spark.sql.shuffle.partitions": "8",  # 200 of them, the default, cost a small table seconds
    "spark.log.level": "ERROR",
}


class Unavailable(Exception):
    """Spark cannot run here; the message says what to install."""


def why_unavailable() -> str:
    """Why Spark cannot run here; empty if it can."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed. Install registry/compute/pushdown/spark-requirements.txt."
    return why_no_java()


def why_no_java() -> str:
    """What is wrong with the Java that Spark would start, from JAVA_HOME or else the PATH; empty if nothing is."""
    home = environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if java is None:
        return f"There is no Java{f' in JAVA_HOME, {home}' if home else ''}: install version {OLDEST_JAVA} or newer."
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    if not version or int(version[1]) < OLDEST_JAVA:
        problem = f"has version {version[1]}" if version else "does not report its version"
        return f"{java} {problem}. Install Java {OLDEST_JAVA} or newer."
    return ""


@contextlib.contextmanager
def session(
    *, master: str = "local[*]", memory: str = "2g", settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[SparkSession]:
    """Start Spark and stop it afterwards; it listens on loopback only. Raises Unavailable where it cannot run.

    ``settings`` are added to `SETTINGS`.
    """
    if reason := why_unavailable():
        raise Unavailable(reason)
    from pyspark.sql import SparkSession  # seconds to import, and optional

    logging.getLogger("py4j.clientserver").setLevel(logging.WARNING)  # it logs each socket

    builder = SparkSession.builder.appName("plumbline").master(master).config("spark.driver.memory", memory)
    for name, value in {**SETTINGS, **settings}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def sql_runner(spark: SparkSession, tables: Mapping[str, Sequence[str]]) -> Callable[[str], list[tuple[Any, ...]]]:
    """Register Parquet files as tables and return a function that runs one SELECT over them."""
    for name, paths in tables.items():
        spark.read.parquet(*paths).createOrReplaceTempView(name)
    return lambda sql: [tuple(row) for row in spark.sql(sql).collect()]


def where_in_spark(where: str) -> str:
    """A WHERE clause in DuckDB's SQL as Spark's.

    >>> where_in_spark(""), where_in_spark(' WHERE CAST("at" AS TIMESTAMP) IS NULL')
    ('', ' WHERE CAST(`at` AS TIMESTAMP_NTZ) IS NULL')
    """
    if not where:
        return ""
    return f" WHERE {sqlglot.parse_one(where.removeprefix(' WHERE '), dialect='duckdb').sql('spark')}"


def quoted(name: str) -> str:
    """A column name as a quoted identifier of Spark, whatever characters it has."""
    return "`{}`".format(name.replace("`", "``"))


def columns_of(spark: SparkSession, table: str) -> dict[str, str]:
    """The columns of a table in order, with the Arrow names of their types."""
    return {name: arrow_of(kind) for name, kind in spark.table(f"`{table}`").dtypes}


def computed_once(spark: SparkSession) -> Callable[..., contextlib.AbstractContextManager[Callable[[str], list[Any]]]]:
    """Compute the rows that statements read only once, and keep them in memory, or on disk if that is too small."""

    @contextlib.contextmanager
    def cached(run: Callable[[str], list[Any]], select: str) -> Iterator[Callable[[str], list[Any]]]:
        rows = spark.sql(select).persist()
        rows.createOrReplaceTempView(COMPUTED)
        try:
            yield run
        finally:
            spark.catalog.dropTempView(COMPUTED)
            rows.unpersist()

    return cached
