"""What is compiled computes what parity compares: run in DuckDB and PostgreSQL over the same rows."""

from __future__ import annotations

import datetime

import duckdb
import psycopg
import pytest

from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import NotComputable, Source
from registry.compute.pushdown.compiled import TARGETS, compiled
from tests.running import servers

WINDOW = "OVER (PARTITION BY customer_id ORDER BY date ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"
TYPES = {
    "order_id": "int64",
    "customer_id": "int64",
    "date": "date32[day]",
    "order_count": "double",
    "country": "string",
}
SOURCE = Source(list(TYPES), ["customer_id"], "date", ["order_id"], TYPES)
AVERAGE = Definition(f"AVG(order_count) {WINDOW}", "forward_fill", "float64", "orders")
ROWS = [
    (number, customer, datetime.date(2024, 3, day), count, "no")
    for number, (customer, day, count) in enumerate(
        [(1, 1, 4.0), (1, 2, None), (1, 3, 6.0), (1, 4, 8.0), (2, 1, 1.0), (2, 2, 2.0), (2, 3, None)], start=1
    )
]
COLUMNS = "order_id bigint, customer_id bigint, date date, order_count double precision, country text"
EXPECTED = {
    "none": [4.0, 4.0, 5.0, 7.0, 1.0, 1.5, 1.5],
    "forward_fill": [4.0, 4.0, 14 / 3, 6.0, 1.0, 1.5, 5 / 3],
    "zero_fill": [4.0, 2.0, 10 / 3, 14 / 3, 1.0, 1.5, 1.0],
    "drop": [4.0, None, 5.0, 6.0, 1.0, 1.5, None],
}


def sql_of(definition: Definition, dialect: str = "duckdb", table: str = "orders") -> str:
    return compiled(definition, SOURCE, name="orders_3d", dialect=dialect, table=table).sql


def expected(rule: str) -> list[tuple[int, float]]:
    """By hand; a rule that drops a row leaves it out."""
    return [(number, value) for number, value in enumerate(EXPECTED[rule], start=1) if value is not None]


def in_duckdb(sql: str) -> list[tuple[int, float]]:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE orders ({COLUMNS})")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", ROWS)
        return connection.execute(f"SELECT order_id, orders_3d FROM ({sql}) ORDER BY 1").fetchall()


@pytest.mark.parametrize("rule", EXPECTED)
def test_every_null_rule_computes_in_duckdb_what_it_says(rule):
    rows = in_duckdb(sql_of(AVERAGE._replace(null_handling=rule)))
    assert [number for number, _ in rows] == [number for number, _ in expected(rule)]
    assert [value for _, value in rows] == pytest.approx([value for _, value in expected(rule)])


@pytest.mark.slow
def test_every_null_rule_computes_the_same_in_postgresql():
    with servers.postgres() as address, psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE orders ({COLUMNS})")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO orders VALUES (%s, %s, %s, %s, %s)", ROWS)
        for rule in EXPECTED:
            definition = AVERAGE._replace(null_handling=rule)
            sql = sql_of(definition, "postgres", "public.orders")
            rows = connection.execute(f"SELECT order_id, orders_3d FROM ({sql}) AS computed ORDER BY 1").fetchall()
            assert rows == in_duckdb(sql_of(definition)), rule


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_null_rule_computes_the_same_in_spark(spark):
    values = ", ".join(
        f"({number}L, {customer}L, DATE '{day}', CAST({'NULL' if count is None else count} AS DOUBLE), '{country}')"
        for number, customer, day, count, country in ROWS
    )
    names = ", ".join(SOURCE.columns)
    spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW orders AS SELECT * FROM VALUES {values} AS t({names})")
    for rule in EXPECTED:
        definition = AVERAGE._replace(null_handling=rule)
        result = compiled(definition, SOURCE, name="orders_3d", dialect="spark", table="orders")
        for setting, value in result.settings.items():
            spark.conf.set(setting, value)
        rows = spark.sql(f"SELECT order_id, orders_3d FROM ({result.sql}) ORDER BY 1").collect()
        numbers, values = zip(*in_duckdb(sql_of(definition)), strict=True)
        assert tuple(row[0] for row in rows) == numbers, rule
        assert [row[1] for row in rows] == pytest.approx(values), rule


def test_the_rows_are_identified_by_entity_time_and_row_key():
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE orders ({COLUMNS})")
        result = connection.execute(sql_of(AVERAGE))
        assert [column[0] for column in result.description] == ["customer_id", "date", "order_id", "orders_3d"]


def test_each_dialect_names_the_settings_that_its_values_need():
    settings = {
        dialect: compiled(AVERAGE, SOURCE, name="f", dialect=dialect, table="t").settings for dialect in TARGETS
    }
    assert {values.get("TimeZone", values.get("spark.sql.session.timeZone")) for values in settings.values()} == {"UTC"}
    assert settings["spark"]["spark.sql.ansi.enabled"] == "true"


def test_names_are_quoted_as_the_dialect_quotes_them():
    assert '"sales"."orders"' in sql_of(AVERAGE, "postgres", "sales.orders")
    assert "`warehouse`.`sales`.`orders`" in sql_of(AVERAGE, "spark", "warehouse.sales.orders")


def test_a_window_that_ties_can_reorder_is_warned_of():
    assert compiled(AVERAGE, SOURCE, name="f", dialect="duckdb", table="t").warnings
    whole = AVERAGE._replace(computation_logic="AVG(order_count) OVER (PARTITION BY customer_id)")
    assert compiled(whole, SOURCE, name="f", dialect="duckdb", table="t").warnings == ()


REFUSED = [
    (AVERAGE, "bigquery", "orders", "'bigquery' is not a dialect to compile for"),
    (AVERAGE, "duckdb", "orders; DROP TABLE orders", "is not the name of a table"),
    (AVERAGE._replace(computation_logic=f"MEDIAN(order_count) {WINDOW}"), "postgres", "orders", "inside PostgreSQL"),
    (AVERAGE._replace(computation_logic="nothing + 1"), "duckdb", "orders", "nothing"),
]


@pytest.mark.parametrize(("definition", "dialect", "table", "because"), REFUSED)
def test_what_cannot_be_computed_alike_is_refused_with_the_reason(definition, dialect, table, because):
    with pytest.raises(NotComputable, match=because):
        sql_of(definition, dialect, table)


def test_without_types_only_the_engine_itself_is_compiled_for():
    untyped = SOURCE._replace(types={})
    with pytest.raises(NotComputable, match="The types of orders are not known"):
        compiled(AVERAGE, untyped, name="f", dialect="postgres", table="orders")
