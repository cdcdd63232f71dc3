"""The comparison of columns inside DuckDB and PostgreSQL, held against the one over arrays."""

from __future__ import annotations

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import sqlglot
from hypothesis import given, settings
from psycopg import sql as names
from sqlglot import exp

from registry.compute.pushdown import postgres
from registry.compute.pushdown.columns import Relation, compare_categories_in, compare_numbers_in
from registry.compute.stats.distribution import compare_categorical, compare_numeric
from tests.registry.compute.conftest import UNTESTED
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
from tests.running import servers

pytestmark = pytest.mark.slow

TYPES = {
    "double": "DOUBLE PRECISION",
    "float": "REAL",
    "int64": "BIGINT",
    "int32": "INTEGER",
    "int16": "SMALLINT",
    "decimal128(10, 2)": "NUMERIC(10, 2)",
    "decimal128(6, 2)": "NUMERIC(6, 2)",
    "bool": "BOOLEAN",
    "string": "TEXT",
}
REFERENCE, CURRENT = Relation(exp.to_table("reference_rows")), Relation(exp.to_table("current_rows"))


class InDuckDB:
    """Tables in memory."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect()

    def load(self, pair: Pair) -> None:
        for relation, values in ((REFERENCE, pair.reference), (CURRENT, pair.current)):
            self.connection.register(relation.table.name, as_table(pair, values))

    def run(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()


class InPostgres:
    """Tables on a server of its own; statements run as the product runs them."""

    dialect = "postgres"

    def __init__(self, dsn: str) -> None:
        self.dsn, self.connection = dsn, psycopg.connect(dsn, autocommit=True)

    def load(self, pair: Pair) -> None:
        for relation, values in ((REFERENCE, pair.reference), (CURRENT, pair.current)):
            table, column = names.Identifier(relation.table.name), names.Identifier(pair.column)
            self.connection.execute(names.SQL("DROP TABLE IF EXISTS {}").format(table))
            kind = names.SQL(TYPES[str(pair.type)])
            self.connection.execute(names.SQL("CREATE TABLE {} ({} {})").format(table, column, kind))
            with self.connection.cursor().copy(names.SQL("COPY {} FROM STDIN").format(table)) as copy:
                for value in as_table(pair, values).column(0).to_pylist():
                    copy.write_row([value])

    def run(self, sql: str) -> list[tuple]:
        with postgres.open_snapshot(self.dsn, timeout_s=60) as reading:
            return reading.run(sql)


@pytest.fixture(scope="module")
def server():
    try:
        servers.find_postgres()
    except servers.Missing as missing:
        pytest.skip(f"{UNTESTED}{missing}")
    with servers.postgres() as dsn:
        yield dsn


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request):
    made = InDuckDB() if request.param == "duckdb" else InPostgres(request.getfixturevalue("server"))
    with made.connection:
        yield made


def compared(engine, pair, compare):
    engine.load(pair)
    return compare(engine.run, engine.dialect, REFERENCE, CURRENT, pair.column)


@pytest.mark.parametrize("pair", NUMBERS, ids=why)
def test_numbers_compare_in_the_engine_as_they_do_here(engine, pair):
    expected = compare_numeric(as_column(pair, pair.reference), as_column(pair, pair.current))
    assert_same(compared(engine, pair, compare_numbers_in), expected)


@pytest.mark.parametrize("pair", CATEGORIES, ids=why)
def test_categories_compare_in_the_engine_as_they_do_here(engine, pair):
    expected = compare_categorical(as_column(pair, pair.reference), as_column(pair, pair.current))
    assert_same(compared(engine, pair, compare_categories_in), expected)


@settings(max_examples=20)
@given(reference=SIDES, current=SIDES)
def test_any_two_columns_compare_in_the_engine_as_they_do_here(engine, reference, current):
    pair = Pair("any", DOUBLE, reference, current)
    columns = as_column(pair, reference), as_column(pair, current)
    assert_same(compared(engine, pair, compare_numbers_in), compare_numeric(*columns))
    assert_same(compared(engine, pair, compare_categories_in), compare_categorical(*columns))


def test_a_quarter_of_a_million_categories_come_back_as_counts(engine):
    pair = Pair("many", pa.string(), [f"c{n}" for n in range(250_000)], [f"c{n}" for n in range(5, 250_010)])
    result = compared(engine, pair, compare_categories_in)
    assert (result.counts["categories"], result.counts["new_categories"], result.counts["gone_categories"]) == (
        250_010,
        10,
        5,
    )


def test_a_column_of_few_rows_takes_four_statements_each_of_which_names_a_table_once(engine):
    engine.load(NUMBERS[0])
    rows = []
    compare_numbers_in(lambda sql: rows.append(sql) or engine.run(sql), engine.dialect, REFERENCE, CURRENT, "v")
    scans = [sql for sql in rows if "LIMIT 1" not in sql]
    assert [(sql.count("reference_rows"), sql.count("current_rows")) for sql in scans] == [(1, 1)] * 4


@pytest.fixture(scope="module")
def flights(engine):
    columns = sorted({*DRIFT, "month"})
    table = parquet.read_table(FLIGHTS, columns=columns)
    if engine.dialect == "duckdb":
        engine.connection.register("flights", table)
        return exp.to_table("flights")
    kinds = ", ".join(f"{field.name} {TYPES[str(field.type)]}" for field in table.schema)
    engine.connection.execute(f"CREATE TABLE flights ({kinds})")
    with engine.connection.cursor().copy("COPY flights FROM STDIN") as copy:
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            copy.write_row(row)
    return exp.to_table("flights")


@pytest.mark.parametrize("name", DRIFT)
def test_the_flights_of_january_and_july_drift_as_in_the_worked_case(engine, flights, name):
    compare = compare_numbers_in if "ks" in DRIFT[name] else compare_categories_in
    months = [Relation(flights, sqlglot.condition(f"month = {month}")) for month in (1, 7)]
    result = compare(engine.run, engine.dialect, *months, name).as_dict()
    assert {key: result[key] for key in DRIFT[name]} == pytest.approx(DRIFT[name], rel=1e-9)
