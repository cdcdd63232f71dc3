"""Compare two columns inside an engine: it computes aggregates by SQL, and only these are transferred.

The result is the Comparison of ``registry.compute.stats.distribution``: counts and KS are equal to the last bit; sums,
which an engine adds up in its own order, agree within 1e-9.

>>> import duckdb, sqlglot
>>> connection = duckdb.connect()
>>> def run(sql): return connection.execute(sql).fetchall()
>>> reference, current = (Relation(sqlglot.parse_one(f"SELECT v FROM range({n}, {n} + 10) t(v)")) for n in (0, 5))
>>> found = compare_numbers_in(run, "duckdb", reference, current, "v")
>>> found["ks"].value, found["wasserstein"].value
(0.5, 5.0)
>>> compare_categories_in(run, "duckdb", reference, current, "v").gone
(0, 1, 2, 3, 4)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlglot import exp

from registry.compute.pushdown.column_sql import (
    AsDouble,
    Relation,
    as_double,
    boolean_as_double,
    both_sides,
    distances,
    facts,
    named,
    rows_of,
    shape,
)
from registry.compute.pushdown.noise import floors_in
from registry.compute.pushdown.numeric_columns import (
    Facts,
    Moments,
    edges_of,
    moments,
    power_of_two,
    ranks_of,
    result,
    shares,
)
from registry.compute.stats.comparison import Comparison
from registry.compute.stats.distribution import compare_counts
from registry.compute.stats.noise import is_noisy

__all__ = ["Relation", "Run", "compare_categories_in", "compare_numbers_in", "counted_in", "numbers_in"]

Run = Callable[[str], list[tuple[Any, ...]]]


def compare_numbers_in(run: Run, dialect: str, reference: Relation, current: Relation, column: str) -> Comparison:
    """Compare a column of numbers or booleans with three statements, four where there are few rows; each scans each side once.

    ``run`` returns the rows of one SELECT in ``dialect`` (duckdb, postgres or spark).
    """
    doubles = tuple(_double(run, dialect, relation, column) for relation in (reference, current))
    return numbers_in(run, dialect, reference, current, column, *doubles)[0]


def numbers_in(
    run: Run, dialect: str, reference: Relation, current: Relation, column: str, *doubles: AsDouble
) -> tuple[Comparison, Facts, Facts]:
    """The same for columns that ``doubles`` convert to float64, with the facts of both sides."""
    both = both_sides(reference, current, column, *doubles)
    facts_by_side = {row[0]: Facts.of(row) for row in run(facts(reference, current, column, *doubles).sql(dialect))}
    ref, cur = facts_by_side.get(0, Facts()), facts_by_side.get(1, Facts())
    if not (ref.rows and cur.rows):
        return result(ref, cur, None, None), ref, cur
    measured_moments, statistics = Moments(), None
    ranks = ranks_of(ref.numbers)
    scale, own_scale = power_of_two(ref, cur), power_of_two(ref)
    if ref.numbers:
        # The reference's deciles are needed even if the current side has no numbers.
        sizes = (ref.numbers, max(cur.numbers, 1))
        statistics = run(distances(both, sizes, scale, own_scale, ranks).sql(dialect))[0]
        measured_moments = moments(statistics[:5], ref, scale, own_scale)
    edges = edges_of(ref, dict(zip(ranks, statistics[5:], strict=True)) if statistics else {})
    counted = {
        row[0]: row[1:]
        for row in run(shape(both.copy(), edges.tolist(), measured_moments.mean, own_scale).sql(dialect))
    }
    measured_moments = measured_moments.with_deviation(counted[0][:2], ref.finite)
    bins = shares(ref, cur, counted[0][2:], counted[1][2:])
    comparison = result(ref, cur, measured_moments, bins)
    if is_noisy(ref.numbers, cur.numbers) or not measured_moments.deviation:
        finite = ref.finite, cur.finite
        floors = floors_in(run, dialect, both, finite, measured_moments.deviation, bins=bins.bins)
        comparison = replace(comparison, floors={**comparison.floors, **floors})
    return comparison, ref, cur


def compare_categories_in(run: Run, dialect: str, reference: Relation, current: Relation, column: str) -> Comparison:
    """Compare a column of any type that the engine can group by. For each side one row per category is transferred."""
    (ref, ref_nulls), (cur, cur_nulls) = (counted_in(run, dialect, side, column) for side in (reference, current))
    return compare_counts(ref, cur, reference_nulls=ref_nulls, current_nulls=cur_nulls)


def counted_in(run: Run, dialect: str, relation: Relation, column: str) -> tuple[Counter[Any], int]:
    """The rows of each category, and the rows that are null."""
    values = rows_of(relation, exp.alias_(named(column), "v")).subquery("categories")
    counted: Counter[Any] = Counter()
    for value, rows in run(exp.select("v", "COUNT(*)").from_(values).group_by("v").sql(dialect)):
        counted["NaN" if value != value else value] += rows
    return counted, counted.pop(None, 0)


def _double(run: Run, dialect: str, relation: Relation, column: str) -> AsDouble:
    """How the column is converted to float64. PostgreSQL does not cast booleans to it, so its type is queried first."""
    if dialect != "postgres":
        return as_double
    first_value = rows_of(relation, named(column)).limit(1).subquery()
    [(kind,)] = run(exp.select(exp.cast(exp.func("pg_typeof", first_value), "text")).sql(dialect))
    return boolean_as_double if kind == "boolean" else as_double
