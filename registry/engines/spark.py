"""Spark as an engine for what outgrows one machine: Parquet files as tables, and rows of one SELECT back.

PySpark is optional (``registry/engines/spark-requirements.in``) and needs a Java of version 17 or newer.

`with session() as spark: compare_numbers_in(running(spark, {"flights": ["flights.parquet"]}), "spark", …)`
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
SETTINGS = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "8",  # 200 of them, the default, cost a small table seconds
    "spark.log.level": "ERROR",
}


class Missing(Exception):
    """Spark cannot run here; the message says what to install."""


def why_missing() -> str:
    """What keeps Spark from running here, and nothing where it can."""
    if find_spec("pyspark") is None:
        return "There is no PySpark: install registry/engines/spark-requirements.in."
    home = environ.get("JAVA_HOME")
    if not (shutil.which("java") or (home and (Path(home) / "bin" / "java").exists())):
        return "There is no Java: install version 17 or newer."
    return ""


@contextlib.contextmanager
def session(*, master: str = "local[*]", memory: str = "2g") -> Iterator[SparkSession]:
    """Start Spark and stop it afterwards. On one machine nobody but it is listened to. Missing where it cannot run."""
    if reason := why_missing():
        raise Missing(reason)
    from pyspark.sql import SparkSession  # seconds to import, and optional

    builder = SparkSession.builder.appName("plumbline").master(master).config("spark.driver.memory", memory)
    for name, value in SETTINGS.items():
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
