"""The overlaid histogram, counted by DuckDB."""

import duckdb
import numpy as np
import sqlglot

from registry.compute.pushdown.column_sql import Relation, as_double, both_sides
from registry.compute.pushdown.histogram import histogram_at, overlay_in


def run(sql):
    return duckdb.sql(sql).fetchall()


def side(values):
    return Relation(sqlglot.parse_one(f"SELECT * FROM (VALUES {values}) r(v)", dialect="duckdb"))


def test_every_row_is_in_a_bin_or_named_outside_of_them():
    reference = Relation(sqlglot.parse_one("SELECT range::DOUBLE AS v FROM range(1000)", dialect="duckdb"))
    current = side("(10.0::DOUBLE), (500.0), (NULL), (NULL), ('NaN'), ('Infinity'), (1e6)")
    chart = overlay_in(run, "duckdb", reference, current, "v", bins=10)
    assert len(chart.edges) == 11
    assert sum(chart.reference) == 1000
    assert (chart.nulls_cur, chart.nans_cur) == (2, 1)


def test_values_at_an_edge_are_in_the_bin_above_it_and_the_last_edge_is_included():
    values = side("(0.0::DOUBLE), (1.0), (1.0), (2.0)")
    both = both_sides(values, values, "v", as_double)
    chart = histogram_at(run, "duckdb", both, np.array([0.0, 1.0, 2.0]), nulls=[0, 0], nans=[0, 0])
    assert list(chart.reference) == [1, 3]
    assert list(chart.current) == [1, 3]


def test_without_a_finite_value_there_is_no_bin():
    nothing = side("(NULL::DOUBLE), ('NaN')")
    chart = overlay_in(run, "duckdb", nothing, nothing, "v")
    assert list(chart.edges) == []
    assert (chart.nulls_ref, chart.nans_ref) == (1, 1)
