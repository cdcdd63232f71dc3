"""What runs for logic in Spark's dialect has the values that Spark computes for the logic itself."""

from __future__ import annotations

import contextlib
import datetime as dt

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from tests.registry.compute.dialects.by_function import LOGICS
from tests.registry.compute.dialects.corpus import COLUMNS
from tests.registry.compute.dialects.oracle import computed, plain, same, statement
from tests.registry.compute.dialects.rows import NAMES, ROWS
from tests.registry.compute.dialects.test_corpus import REFUSED

# py4j leaves the socket that rows came by to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
COMPARED = [logic for logic in LOGICS["spark"] if ("spark", logic) not in REFUSED]
TYPES = {
    "string": pa.string(), "double": pa.float64(), "int32": pa.int32(), "int64": pa.int64(), "bool": pa.bool_(), "date32[day]": pa.date32(),
    "timestamp[us]": pa.timestamp("us", "UTC"), "list<item: string>": pa.list_(pa.string()), "list<item: double>": pa.list_(pa.float64()),
}  # fmt: skip


@pytest.fixture(scope="module")
def rows_in_spark(spark, tmp_path_factory):
    schema = pa.schema([(name, TYPES[COLUMNS[name]]) for name in NAMES])
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    parquet.write_table(pa.Table.from_pylist([dict(zip(NAMES, row, strict=True)) for row in ROWS], schema), path)
    spark.read.parquet(str(path)).createOrReplaceTempView("source_rows")
    return spark


def value_of(value):
    """Spark's driver writes moments in the zone of this machine."""
    if isinstance(value, dt.datetime):
        return plain(value.astimezone(dt.UTC))
    return plain(value)


def computed_in(spark, logic, *, ansi):
    """The values by Spark. By ANSI it raises an error for what has no value; otherwise that is null."""
    spark.conf.set("spark.sql.ansi.enabled", ansi)
    try:
        return [value_of(row[0]) for row in spark.sql(statement(logic, "spark")).collect()]
    finally:
        spark.conf.set("spark.sql.ansi.enabled", True)


@pytest.mark.parametrize("logic", COMPARED)
def test_the_values_are_those_of_spark(rows_in_spark, logic):
    from pyspark.errors import PySparkException

    values = computed(logic, "spark")
    expected = computed_in(rows_in_spark, logic, ansi=False)
    assert all(same(value, other) for value, other in zip(values, expected, strict=True)), (values, expected)
    with contextlib.suppress(PySparkException):
        expected = computed_in(rows_in_spark, logic, ansi=True)
    assert all(same(value, other) for value, other in zip(values, expected, strict=True)), (values, expected)
