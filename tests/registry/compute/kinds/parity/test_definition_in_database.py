"""Definition parity inside DuckDB's SQL and PostgreSQL, held against the one over arrays."""

from __future__ import annotations

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql as names
from sqlglot import exp

from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import NotComputable, Source, parity_tree
from registry.compute.engines.tables import Table
from registry.compute.kinds.parity.definition_in_database import judge_in
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.pushdown import postgres
from registry.compute.stats.columns.quantiles import closest_rank
from registry.compute.stats.parity import QUANTILES
from tests.registry.compute.conftest import UNTESTED
from tests.registry.compute.sample_columns import ANY_NUMBER
from tests.registry.compute.sample_definitions import (
    CASES,
    FRAME,
    LOGICS,
    QUOTES,
    REFUSED,
    ROWS,
    RULED,
    SOURCE,
    Flights,
    assert_same_report,
    assert_same_rows,
    judged_here,
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
    "bool": "BOOLEAN",
    "string": "TEXT",
    "date32[day]": "DATE",
    "timestamp[us]": "TIMESTAMP",
    "timestamp[ms]": "TIMESTAMP",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}


class InDuckDB:
    """Tables in memory: the statements themselves, without a translation."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect()

    def load(self, name: str, rows: pa.Table) -> exp.Table:
        self.connection.register(name, rows)
        return exp.to_table(name)

    def run(self, sql: str) -> list[tuple]:
        columns = self.connection.sql(sql).to_arrow_table().columns
        return list(zip(*(column.to_pylist() for column in columns), strict=True))


class InPostgres:
    """Tables on a server of its own; statements run as the product runs them."""

    dialect = "postgres"

    def __init__(self, dsn: str) -> None:
        self.dsn, self.connection = dsn, psycopg.connect(dsn, autocommit=True)

    def load(self, name: str, rows: pa.Table) -> exp.Table:
        table = names.Identifier("public", name)
        self.connection.execute(names.SQL("DROP TABLE IF EXISTS {}").format(table))
        columns = names.SQL(", ").join(
            names.SQL("{} {}").format(names.Identifier(field.name), names.SQL(TYPES[str(field.type)]))
            for field in rows.schema
        )
        self.connection.execute(names.SQL("CREATE TABLE {} ({})").format(table, columns))
        with self.connection.cursor().copy(names.SQL("COPY {} FROM STDIN").format(table)) as copy:
            for row in zip(*(column.to_pylist() for column in rows.columns), strict=True):
                copy.write_row(row)
        return postgres.table("public", name)

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


@pytest.fixture(scope="module")
def table(engine):
    return engine.load('odd "rows"; it\'s', ROWS) if engine.dialect == "postgres" else engine.load("odd_rows", ROWS)


def judged(engine, table, source, *others):
    return judge_in(engine.run, engine.dialect, table, source, *others)


@pytest.mark.parametrize(("logic", "data_type", "why"), LOGICS, ids=lambda text: text if len(text) < 40 else "long")
def test_a_value_is_computed_in_the_engine_as_it_is_here(engine, table, logic, data_type, why):
    assert_same_rows(engine, table, *(Definition(logic, rule, data_type, "t") for rule in ("none", "drop")))


@pytest.mark.parametrize(("column", "rule", "data_type"), RULED)
def test_a_null_rule_is_executed_in_the_engine_as_it_is_here(engine, table, column, rule, data_type):
    assert_same_rows(
        engine, table, *(Definition(logic, rule, data_type, "t") for logic in (column, FRAME.format(column)))
    )


@pytest.mark.parametrize(("logic", "data_type", "named"), REFUSED, ids=lambda text: text)
def test_what_another_engine_computes_otherwise_is_refused_by_name(logic, data_type, named):
    refused, plain = Definition(logic, "none", data_type, "t"), Definition("w", "none", "int64", "t")
    for dialect in ("postgres", "spark"):
        with pytest.raises(NotComputable, match=rf"(?s)({named}).* inside (PostgreSQL|Spark): .*files"):
            parity_tree(SOURCE, plain, refused, dialect=dialect)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_a_report_from_the_engine_is_the_one_from_here(engine, table, case):
    expected = judged_here(ROWS, SOURCE, *case.definitions(), case.parameters)
    report = judged(engine, table, SOURCE, *case.definitions(), case.parameters)
    assert_same_report(report, expected)


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)
def test_the_flights_differ_as_they_were_found_to(engine):
    flights = Flights.load()
    table = engine.load("flights", flights.rows)
    report = judged(engine, table, flights.source, *flights.definitions, ParityParameters())
    flights.assert_found(report)
    assert_same_report(report, judged_here(flights.rows, flights.source, *flights.definitions, ParityParameters()))
    assert (report.content["rows_that_differ"], report.content["null_in_one_only"]) == (40_367, 2_590)
    assert report.content["max_abs_difference"] == 156.57142857142858


PAIRS = st.lists(st.tuples(ANY_NUMBER, ANY_NUMBER), max_size=40)


@settings(max_examples=15)
@given(pairs=PAIRS, rules=st.tuples(*[st.sampled_from(["none", "zero_fill", "forward_fill", "drop"])] * 2))
def test_any_rows_are_compared_in_the_engine_as_they_are_here(engine, pairs, rules):
    days = pa.array([index % 7 for index in range(len(pairs))], pa.int32()).cast(pa.date32())
    columns = [pa.array([pair[side] for pair in pairs], pa.float64()) for side in (0, 1)]
    ids = pa.array(range(len(pairs)), pa.int64())
    rows = pa.table([ids, days, *columns], names=["id", "day", "x", "y"])
    types = {field.name: str(field.type) for field in rows.schema}
    source = Source(rows.column_names, ["day"], "day", ["id"], types)
    sides = [Definition(name, rule, "float64", "t") for name, rule in zip(("x", "y"), rules, strict=True)]
    report = judged(engine, engine.load("any_rows", rows), source, *sides, ParityParameters(rtol=0.25))
    assert_same_report(report, judged_here(rows, source, *sides, ParityParameters(rtol=0.25)))


def test_values_of_two_kinds_are_named_and_not_compared(engine, table):
    sides = [Definition("w", "none", "int64", "t"), Definition("t", "none", "string", "t")]
    report = judged(engine, table, SOURCE, *sides, ParityParameters())
    assert report == judged_here(ROWS, SOURCE, *sides, ParityParameters())
    assert (report.outcome, report.rows) == ("failed", ROWS.num_rows)
    assert report.summary.startswith("Training holds whole numbers, the other side texts: they are not compared.")


def test_a_slice_by_floats_is_refused():
    sides = [Definition("w", "none", "int64", "t")] * 2
    with pytest.raises(NotComputable, match="x is none of these"):
        judge_in(list, "postgres", exp.to_table("t"), SOURCE, *sides, ParityParameters(slice="x"))


def test_what_is_written_again_and_again_does_not_grow_without_bound():
    logic = "y"
    for _ in range(12):
        logic = f"ROUND({logic} / w)"
    with pytest.raises(NotComputable, match="split"):
        parity_tree(SOURCE, *[Definition(logic, "none", "float64", "t")] * 2, dialect="postgres")


def test_moments_with_a_zone_are_reported_in_utc(server):
    engine = InPostgres(server)
    moments = ROWS["moment"].cast(pa.timestamp("us", "UTC"))
    rows = ROWS.set_column(ROWS.column_names.index("moment"), "moment", moments)
    with engine.connection:
        table = engine.load("zoned", rows)
        engine.connection.execute("ALTER DATABASE plumbline SET timezone = 'Asia/Tokyo'")
        types = postgres.columns_of(engine.run, "public", "zoned")
        engine_source = SOURCE._replace(types=types)
        sides = [Definition("y", rule, "float64", "t") for rule in ("none", "zero_fill")]
        report = judged(engine, table, engine_source, *sides, ParityParameters())
        engine.connection.execute("ALTER DATABASE plumbline RESET timezone")
    assert types == {field.name: str(field.type) for field in rows.schema}
    assert report.content["worst_rows"][0]["event_time"].endswith("+00:00")
    assert_same_report(report, judged_here(rows, engine_source, *sides, ParityParameters()))


def test_a_table_of_a_connection_is_compared_where_it_lies(server):
    loading = InPostgres(server)
    with loading.connection:
        loading.load('Where it "lies"', ROWS)
    lies = Table("warehouse", server, "public", 'Where it "lies"', 60)
    source = SOURCE._replace(types={column.name: column.type for column in lies.describe()})
    rows = ROWS.set_column(ROWS.column_names.index("p"), "p", ROWS["p"].cast(pa.float64()))  # as it would be copied
    sides = [Definition("p * y", rule, "float64", "t") for rule in ("forward_fill", "zero_fill")]
    with postgres.open_cancellable_snapshot(server, timeout_s=60, stopped=lambda: False) as run:
        report = judge_in(run, "postgres", postgres.table(lies.schema, lies.name), source, *sides, ParityParameters())
    assert_same_report(report, judged_here(rows, source, *sides, ParityParameters()))


PERVERSE = {"standard_conforming_strings": "off", "transform_null_equals": "on", "extra_float_digits": "-5"}


def test_a_server_s_own_settings_change_nothing(server):
    engine = InPostgres(server)
    with engine.connection:
        table = engine.load("settings", ROWS)
        for name, value in PERVERSE.items():
            engine.connection.execute(f"ALTER DATABASE plumbline SET {name} = {value}")
        try:
            assert_same_rows(
                engine, table, Definition(QUOTES, "none", "string", "t"), Definition("t", "none", "string", "t")
            )
            assert_same_rows(
                engine, table, *[Definition("CASE WHEN y = NULL THEN 1 ELSE y / 3 END", "none", "float64", "t")] * 2
            )
        finally:
            for name in PERVERSE:
                engine.connection.execute(f"ALTER DATABASE plumbline RESET {name}")


def test_the_rank_of_the_closest_observation_is_numpys():
    for values in range(1, 400):
        expected = np.quantile(np.arange(values), QUANTILES, method="closest_observation").tolist()
        assert [closest_rank(values, share) for share in QUANTILES] == expected, values
