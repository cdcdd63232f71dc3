"""The statements over one column of two sides, run by DuckDB."""

import math

import duckdb
import pytest
import sqlglot

from registry.compute.pushdown.column_sql import (
    Relation,
    as_double,
    boolean_as_double,
    both_sides,
    distances,
    facts,
    literal,
    named,
    rows_of,
    scaled,
)

REFERENCE = Relation(
    sqlglot.parse_one("SELECT * FROM (VALUES (1.0::DOUBLE), (3.0), ('NaN'), (NULL), ('Infinity')) r(v)")
)
CURRENT = Relation(sqlglot.parse_one("SELECT * FROM (VALUES (2.0::DOUBLE), (5.0)) r(v)"))


def run(statement):
    return duckdb.sql(statement.sql("duckdb")).fetchall()


def test_the_facts_of_both_sides():
    by_side = {row[0]: row[1:] for row in run(facts(REFERENCE, CURRENT, "v", as_double))}
    assert by_side == {0: (5, 4, 1, 1.0, math.inf, 2, 1.0, 3.0), 1: (2, 2, 0, 2.0, 5.0, 2, 2.0, 5.0)}


def test_the_condition_cuts_the_rows_of_its_side_alone():
    cut = CURRENT._replace(where=sqlglot.condition("v > 2"))
    by_side = {row[0]: row[1] for row in run(facts(REFERENCE, cut, "v", as_double))}
    assert by_side == {0: 5, 1: 1}
    assert run(rows_of(cut, named("v"))) == [(5.0,)]


def test_ks_the_area_and_the_order_statistics():
    reference = Relation(sqlglot.parse_one("SELECT * FROM (VALUES (1.0::DOUBLE), (3.0)) r(v)"))
    both = both_sides(reference, CURRENT, "v", as_double)
    assert run(distances(both, (2, 2), 1.0, 1.0, [0, 1])) == [(0.5, 2.0, 1.5, 0, 4.0, 1.0, 3.0)]


@pytest.mark.parametrize(("number", "text"), [(1e300, "1e+300"), (-math.inf, "-Infinity"), (5e-324, "5e-324")])
def test_a_literal_is_the_same_float64_in_the_engine(number, text):
    assert literal(number) == f"CAST('{text}' AS DOUBLE)"
    assert duckdb.sql(f"SELECT {literal(number)}").fetchall() == [(number,)]


def test_values_too_small_beside_the_largest_are_zero():
    sql = f"SELECT {scaled('v', 2.0)} FROM (VALUES (4.0::DOUBLE), (1e-200), (NULL)) r(v)"
    assert duckdb.sql(sql).fetchall() == [(2.0,), (0.0,), (0.0,)]


def test_truth_values_are_counted_as_numbers():
    sql = boolean_as_double(named("b")).sql("duckdb")
    assert duckdb.sql(f"SELECT {sql} FROM (VALUES (true), (false), (NULL)) r(b)").fetchall() == [
        (1.0,),
        (0.0,),
        (None,),
    ]
