"""Definition parity inside a local Spark, held against the one over arrays."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from sqlglot import exp

from registry.compute.definition import Definition
from registry.compute.kinds.parity.definition_in_database import judge_in
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.pushdown import spark as engine_of
from tests.registry.compute.sample_definitions import (
    CASES,
    FRAME,
    LOGICS,
    ROWS,
    RULED,
    SOURCE,
    Flights,
    assert_same_report,
    assert_same_rows,
    judged_here,
)

# py4j leaves the socket that rows came by to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class InSpark:
    """Tables of Parquet files."""

    dialect = "spark"

    def __init__(self, session, folder) -> None:
        self.session, self.folder = session, folder
        self.run = engine_of.sql_runner(session, {})

    def load(self, name: str, rows: pa.Table) -> exp.Table:
        path = self.folder / f"{name}.parquet"
        parquet.write_table(rows, path)
        engine_of.sql_runner(self.session, {name: [str(path)]})
        return exp.to_table(name)


@pytest.fixture(scope="module")
def engine(spark, tmp_path_factory):
    return InSpark(spark, tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def table(engine):
    return engine.load("odd_rows", ROWS)


def judged(engine, table, source, *others):
    return judge_in(engine.run, "spark", table, source, *others, over=engine_of.computed_once(engine.session))


@pytest.mark.parametrize(("logic", "data_type", "why"), LOGICS, ids=lambda row: row if len(row) < 40 else "long")
def test_a_value_is_computed_in_spark_as_it_is_here(engine, table, logic, data_type, why):
    assert_same_rows(engine, table, *(Definition(logic, rule, data_type, "t") for rule in ("none", "drop")))


@pytest.mark.parametrize(("column", "rule", "data_type"), RULED)
def test_a_null_rule_is_executed_in_spark_as_it_is_here(engine, table, column, rule, data_type):
    assert_same_rows(
        engine, table, *(Definition(logic, rule, data_type, "t") for logic in (column, FRAME.format(column)))
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_a_report_from_spark_is_the_one_from_here(engine, table, case):
    expected = judged_here(ROWS, SOURCE, *case.definitions(), case.parameters)
    assert_same_report(judged(engine, table, SOURCE, *case.definitions(), case.parameters), expected)


def test_the_flights_differ_in_spark_as_they_were_found_to(engine):
    flights = Flights.load()
    table = engine.load("flights", flights.rows)
    result = judged(engine, table, flights.source, *flights.definitions, ParityParameters())
    flights.assert_found(result)
    assert_same_report(result, judged_here(flights.rows, flights.source, *flights.definitions, ParityParameters()))


def test_spark_says_what_its_columns_are(engine, table):
    assert engine_of.columns_of(engine.session, table.name) == SOURCE.types
