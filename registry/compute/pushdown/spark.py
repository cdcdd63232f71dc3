"""Spark as an engine for what outgrows one machine: Parquet files as tables, and rows of one SELECT back.

PySpark is optional (``registry/compute/pushdown/spark-requirements.txt``) and needs a Java of version 17 or newer.

`with session() as spark: compare_numbers_in(running(spark, {"flights": ["flights.parquet"]}), "spark", …)`

A definition parity computes both definitions once and keeps them while it asks (``registry.compute.kinds.parity.definition_in_database``):
`judge_in(run, "spark", exp.to_table("flights"), Source(…, types=columns_of(spark, "flights")), …, over=keeping(spark))`
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
    # What does not fit is an error, as it is elsewhere, and neither null nor a rounded decimal.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.parser.escapedStringLiterals": "false",  # texts are written with this in mind
    "spark.sql.shuffle.partitions": "8",  # 200 of them, the default, cost a small table seconds
    "spark.log.level": "ERROR",
}


class Missing(Exception):
    """Spark cannot run here; the message says what to install."""


def why_missing() -> str:
    """What keeps Spark from running here, and nothing where it can."""
    if find_spec("pyspark") is None:
        return "There is no PySpark: install registry/compute/pushdown/spark-requirements.txt."
    return why_no_java()


def why_no_java() -> str:
    """What is wrong with the Java that Spark would start: the one of JAVA_HOME, or else the first on the path."""
    home = environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if java is None:
        return f"There is no Java{f' in JAVA_HOME, {home}' if home else ''}: install version {OLDEST_JAVA} or newer."
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if not version or int(version[1]) < OLDEST_JAVA:
        told = f"is of version {version[1]}" if version else "does not say its version"
        return f"{java} {told}: install Java {OLDEST_JAVA} or newer."
    return ""


@contextlib.contextmanager
def session(
    *, master: str = "local[*]", memory: str = "2g", settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[SparkSession]:
    """Start Spark and stop it afterwards. On one machine nobody but it is listened to. Missing where it cannot run.

    ``settings`` of Spark come on top of `SETTINGS`.
    """
    if reason := why_missing():
        raise Missing(reason)
    from pyspark.sql import SparkSession  # seconds to import, and optional

    logging.getLogger("py4j.clientserver").setLevel(logging.WARNING)  # it tells of each socket

    builder = SparkSession.builder.appName("plumbline").master(master).config("spark.driver.memory", memory)
    for name, value in {**SETTINGS, **settings}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def running(spark: SparkSession, tables: Mapping[str, Sequence[str]]) -> Callable[[str], list[tuple[Any, ...]]]:
    """Name Parquet files as tables; the answer runs one SELECT over them."""
    for name, paths in tables.items():
        spark.read.parquet(*paths).createOrReplaceTempView(name)
    return lambda sql: [tuple(row) for row in spark.sql(sql).collect()]


def columns_of(spark: SparkSession, table: str) -> dict[str, str]:
    """The columns of a named table in order, and Arrow's names of their types."""
    return {name: arrow_of(kind) for name, kind in spark.table(f"`{table}`").dtypes}


def keeping(spark: SparkSession) -> Callable[..., contextlib.AbstractContextManager[Callable[[str], list[Any]]]]:
    """Compute the rows that statements are asked of once, in memory and on disk where that is too small."""

    @contextlib.contextmanager
    def kept(run: Callable[[str], list[Any]], select: str) -> Iterator[Callable[[str], list[Any]]]:
        rows = spark.sql(select).persist()
        rows.createOrReplaceTempView(COMPUTED)
        try:
            yield run
        finally:
            spark.catalog.dropTempView(COMPUTED)
            rows.unpersist()

    return kept
