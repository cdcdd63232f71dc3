"""The statements that compare two computed definitions, run by DuckDB."""

import duckdb
import pytest
import sqlglot

from registry.compute.pushdown import parity_sql
from registry.compute.pushdown.column_sql import as_double, both_sides
from registry.compute.pushdown.columns import Relation
from registry.compute.stats.equality_rule import Family, Rule

FLOATS = Rule(Family.FLOAT, Family.FLOAT)
TEXTS = Rule(Family.TEXT, Family.TEXT)
NUMBERS = """
(1, true, true, 1.0::DOUBLE, 1.0::DOUBLE, false, DATE '2024-01-31', 'a'),
(2, true, true, 1.0, 4.0, true, DATE '2024-02-01', 'a'),
(3, true, true, NULL, 4.0, false, DATE '2024-02-01', 'b'),
(4, true, true, NULL, NULL, false, DATE '2024-02-01', 'b'),
(5, true, false, 1.0, NULL, false, NULL, NULL),
(6, false, true, NULL, 1.0, false, NULL, NULL),
(7, true, true, 'NaN', 'NaN', false, NULL, NULL),
(8, true, true, 'NaN', 2.0, false, NULL, NULL),
(9, true, true, 0.0, '-Infinity', false, NULL, NULL)
"""
COLUMNS = '"key:id", in_trained, in_current, trained, current, ambiguous, "at", "slice"'


def run(statement, rows=NUMBERS):
    with_rows = f"WITH {parity_sql.COMPUTED} AS (SELECT * FROM (VALUES {rows}) r({COLUMNS})) {statement.sql('duckdb')}"
    return duckdb.sql(with_rows).fetchall()


def test_rows_are_counted_by_the_way_in_which_they_differ():
    [(rows, missing, extra, null_in_one, values, nan_in_one, ambiguous, sized, infinite, dropped, largest)] = run(
        parity_sql.totals(FLOATS)
    )
    assert (rows, missing, extra, null_in_one, values, nan_in_one) == (9, 1, 1, 1, 3, 1)
    assert (ambiguous, sized, infinite, dropped, largest) == (1, 2, 1, 0, 3.0)


def test_rows_that_neither_side_has_are_counted_apart():
    rows = (
        "(1, false, false, NULL::DOUBLE, NULL::DOUBLE, false, NULL, NULL), (2, true, true, 1.0, 1.0, false, NULL, NULL)"
    )
    assert run(parity_sql.totals(FLOATS), rows)[0][-2] == 1


@pytest.mark.parametrize(
    ("tolerances", "differ"),
    [
        ({"atol": 3.0, "rtol": 0.0}, 0),
        ({"atol": 2.999, "rtol": 0.0}, 1),
        ({"atol": 0.0, "rtol": 3.0}, 0),
        ({"atol": 0.0, "rtol": 2.999}, 1),
    ],
)
def test_a_difference_of_the_tolerance_is_none(tolerances, differ):
    row = "(2, true, true, 1.0::DOUBLE, 4.0::DOUBLE, false, NULL, NULL)"
    assert run(parity_sql.totals(FLOATS._replace(**tolerances)), row)[0][4] == differ


def test_text_is_compared_as_it_is():
    rows = "(1, true, true, 'a', 'A', false, NULL, NULL), (2, true, true, 'a', 'a', false, NULL, NULL)"
    assert run(parity_sql.totals(TEXTS), rows)[0][:5] == (2, 0, 0, 0, 1)


def test_the_worst_come_first_and_those_without_a_number_beside_them():
    shown, order = ("key:id",), ("key:id",)
    ids = [row[0] for row in run(parity_sql.worst(FLOATS, shown, order, 1)) if row[-1] is not None]
    assert ids == [9]
    without = [row[0] for row in run(parity_sql.worst(FLOATS, shown, order, 2)) if row[-1] is None]
    assert without == [3, 5]


def test_the_first_differing_rows_are_in_the_order_of_the_data():
    assert run(parity_sql.differing(FLOATS, ("key:id",), ("key:id",), 3)) == [(2,), (3,), (5,)]


def test_slices_are_counted_with_null_as_the_last_one():
    assert run(parity_sql.slices(FLOATS, 9)) == [("a", 2, 1), ("b", 2, 1), (None, 5, 4)]
    assert run(parity_sql.slices(FLOATS, 1)) == [("a", 2, 1)]


def test_months_are_counted():
    months = run(parity_sql.months(FLOATS))
    assert sorted(months, key=str) == [(2024, 1, 1, 0), (2024, 2, 3, 2), (None, None, 5, 4)]


def test_order_statistics_are_those_of_each_side():
    reference, current = (
        Relation(sqlglot.parse_one(f"SELECT * FROM (VALUES {values}) r(v)", dialect="duckdb"))
        for values in ("(3.0::DOUBLE), (1.0), (1.0), ('Infinity')", "(5.0::DOUBLE), (NULL)")
    )
    both = both_sides(reference, current, "v", as_double)
    statement = parity_sql.order_statistics(both, ([0, 1, 2], [0]))
    assert duckdb.sql(statement.sql("duckdb")).fetchall() == [(1.0, 1.0, 3.0, 5.0)]
