"""The comparison of columns inside a local Spark, held against the one over arrays."""

from __future__ import annotations

import pyarrow.parquet as parquet
import pytest
import sqlglot
from hypothesis import given, settings
from sqlglot import exp

from registry.compute.pushdown import spark as engine
from registry.compute.pushdown.columns import Relation, compare_categories_in, compare_numbers_in
from registry.compute.stats.distribution import compare_categorical, compare_numeric
from tests.registry.compute.sample_columns import (
    CATEGORIES,
    DOUBLE,
    DRIFT,
    FLIGHTS,
    NUMBERS,
    SIDES,
    Pair,
    as_column,
    as_table,
    assert_same,
    why,
)

# py4j leaves the socket that rows came by to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
REFERENCE, CURRENT = Relation(exp.to_table("reference_rows")), Relation(exp.to_table("current_rows"))


@pytest.fixture
def compared(spark, tmp_path):
    def compare_in_spark(pair, compare):
        tables = {}
        for relation, values in ((REFERENCE, pair.reference), (CURRENT, pair.current)):
            path = tmp_path / f"{relation.table.name}.parquet"
            parquet.write_table(as_table(pair, values), path)
            tables[relation.table.name] = [str(path)]
        return compare(engine.sql_runner(spark, tables), "spark", REFERENCE, CURRENT, pair.column)

    return compare_in_spark


@pytest.mark.parametrize("pair", NUMBERS, ids=why)
def test_numbers_compare_in_spark_as_they_do_here(compared, pair):
    expected = compare_numeric(as_column(pair, pair.reference), as_column(pair, pair.current))
    assert_same(compared(pair, compare_numbers_in), expected)


@pytest.mark.parametrize("pair", CATEGORIES, ids=why)
def test_categories_compare_in_spark_as_they_do_here(compared, pair):
    expected = compare_categorical(as_column(pair, pair.reference), as_column(pair, pair.current))
    assert_same(compared(pair, compare_categories_in), expected)


@settings(max_examples=10)
@given(reference=SIDES, current=SIDES)
def test_any_two_columns_compare_in_spark_as_they_do_here(compared, reference, current):
    pair = Pair("any", DOUBLE, reference, current)
    columns = as_column(pair, reference), as_column(pair, current)
    assert_same(compared(pair, compare_numbers_in), compare_numeric(*columns))


@pytest.mark.parametrize("name", DRIFT)
def test_the_flights_of_january_and_july_drift_as_in_the_worked_case(spark, name):
    compare = compare_numbers_in if "ks" in DRIFT[name] else compare_categories_in
    months = [Relation(exp.to_table("flights"), sqlglot.condition(f"month = {month}")) for month in (1, 7)]
    result = compare(engine.sql_runner(spark, {"flights": [str(FLIGHTS)]}), "spark", *months, name).as_dict()
    assert {key: result[key] for key in DRIFT[name]} == pytest.approx(DRIFT[name], rel=1e-9)


def test_spark_is_reached_from_this_machine_alone_and_shows_no_page(spark):
    assert spark.conf.get("spark.driver.host") == engine.LOOPBACK
    assert spark.sparkContext.uiWebUrl is None
