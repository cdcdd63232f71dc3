"""SQL statements that compare two numeric columns inside an engine, built once as trees for every engine.

Everything is computed as float64 with sums, differences and quotients only, which every engine rounds in the same way,
so shares are equal to the last bit. NaN equals itself and is the greatest value in DuckDB, PostgreSQL and Spark.
No step leaves the range of float64, which is an error in PostgreSQL.

>>> import sqlglot
>>> side = Relation(exp.to_table("flights"), sqlglot.condition("month = 1"))
>>> facts(side, side, "delay", as_double).sql("spark").count("`delay`")
2
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlglot import exp

WRITTEN_IN = "duckdb"
NAN = "CAST('NaN' AS DOUBLE)"
INFINITY = "CAST('Infinity' AS DOUBLE)"
FINITE = f"ABS(v) < {INFINITY}"  # NaN is greater than infinity, NULL is neither
NUMBER = f"v < {NAN}"
# Values this much smaller than the largest one add nothing to a sum, and their squares would underflow.
NEGLIGIBLE = 1e-150
UP_TO_HERE = "OVER (ORDER BY v ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"


class Relation(NamedTuple):
    """A table or a subquery, and the condition on its rows, such as a period of event time."""

    table: exp.Expr
    where: exp.Expr | None = None


AsDouble = Callable[[exp.Expr], exp.Expr]


def as_double(column: exp.Expr) -> exp.Expr:
    """A number as float64, or a boolean where the engine has that cast."""
    return exp.cast(column, "double")


def boolean_as_double(column: exp.Expr) -> exp.Expr:
    """A boolean as float64 where the engine does not have that cast."""
    return exp.cast(exp.case().when(column, "1").when(exp.not_(column.copy()), "0"), "double")


def named(column: str) -> exp.Column:
    return exp.column(exp.to_identifier(column, quoted=True))


def rows_of(relation: Relation, *columns: exp.Expr) -> exp.Select:
    """These columns of the relation's rows."""
    query = exp.select(*columns).from_(_source(relation.table))
    return query.where(relation.where.copy()) if relation.where else query


def both_sides(reference: Relation, current: Relation, column: str, *doubles: AsDouble) -> exp.Subquery:
    """``side`` (0 the reference, 1 the current) and ``v``, the value as float64, of every row of both."""
    casts = doubles * 2 if len(doubles) == 1 else doubles
    parts = [
        rows_of(relation, _select(f"{side} AS side"), exp.alias_(double(named(column)), "v"))
        for side, (relation, double) in enumerate(zip((reference, current), casts, strict=True))
    ]
    return exp.union(parts[0], parts[1], distinct=False).subquery("rows_of_both")


def facts(reference: Relation, current: Relation, column: str, *doubles: AsDouble) -> exp.Select:
    """For each side: side, rows, values, NaN, smallest and largest number, finite values, smallest and largest of these."""
    return _over(
        both_sides(reference, current, column, *doubles),
        "side",
        "COUNT(*)",
        "COUNT(v)",
        f"COUNT(CASE WHEN v = {NAN} THEN 1 END)",
        f"MIN(CASE WHEN {NUMBER} THEN v END)",
        f"MAX(CASE WHEN {NUMBER} THEN v END)",
        f"COUNT(CASE WHEN {FINITE} THEN 1 END)",
        f"MIN(CASE WHEN {FINITE} THEN v END)",
        f"MAX(CASE WHEN {FINITE} THEN v END)",
    ).group_by("side")


def distances(
    both: exp.Subquery, sizes: tuple[int, int], scale: float, reference_scale: float, ranks: Sequence[int]
) -> exp.Select:
    """One row: KS; the widest step where the distribution functions differ and the area between them, in units of
    ``scale``; whether that area is infinite; the sum of the reference's finite values in units of ``reference_scale``;
    the reference's order statistics of ``ranks``, counted from 0. ``sizes``: how many numbers each side has, not 0.
    """
    tally = _over(both, "v", "COUNT(CASE WHEN side = 0 THEN 1 END) AS r", "COUNT(CASE WHEN side = 1 THEN 1 END) AS c")
    tally = tally.where(NUMBER, dialect=WRITTEN_IN).group_by("v")
    summed = _over(
        tally.subquery("tally"),
        "v",
        "CAST(r AS DOUBLE) AS r",
        f"SUM(CAST(r AS DOUBLE)) {UP_TO_HERE} AS upto_r",
        f"SUM(CAST(c AS DOUBLE)) {UP_TO_HERE} AS upto_c",
        "LEAD(v) OVER (ORDER BY v) AS after",
    )
    gap = f"ABS(upto_r / {literal(sizes[0])} - upto_c / {literal(sizes[1])})"
    steps = _over(summed.subquery("summed"), "v", "r", "upto_r", "after", f"{gap} AS gap")
    width = f"({scaled('after', scale)} - {scaled('v', scale)})"
    differ = f"gap > 0 AND {FINITE} AND after < {INFINITY}"
    endless = f"gap > 0 AND (v = -{INFINITY} OR after = {INFINITY})"
    return _over(
        steps.subquery("steps"),
        "MAX(gap)",
        f"MAX(CASE WHEN {differ} THEN {width} END)",
        f"SUM(CASE WHEN {differ} THEN gap * {width} END)",
        f"COUNT(CASE WHEN {endless} THEN 1 END)",
        f"SUM(CASE WHEN {FINITE} AND r > 0 THEN r * {scaled('v', reference_scale)} END)",
        *(f"MIN(CASE WHEN upto_r > {rank} THEN v END)" for rank in ranks),
    )


def shape(both: exp.Subquery, edges: Sequence[float], mean: float, reference_scale: float) -> exp.Select:
    """For each side: side; the sums of deviations from ``mean`` and of their squares over the reference's finite values, in
    units of ``reference_scale``; the number of values below each edge."""
    away = f"({scaled('v', reference_scale)} - {literal(mean)})"
    measured = f"side = 0 AND {FINITE}"
    return _over(
        both,
        "side",
        f"SUM(CASE WHEN {measured} THEN {away} END)",
        f"SUM(CASE WHEN {measured} AND ABS({away}) > {literal(NEGLIGIBLE)} THEN {away} * {away} END)",
        *(f"COUNT(CASE WHEN v < {literal(edge)} THEN 1 END)" for edge in edges),
    ).group_by("side")


def literal(number: float) -> str:
    """The shortest decimal text of a float64, which every engine reads as the same float64.

    >>> literal(0.1), literal(float("-inf"))
    ("CAST('0.1' AS DOUBLE)", "CAST('-Infinity' AS DOUBLE)")
    """
    text = repr(float(number)) if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"
    return f"CAST('{text}' AS DOUBLE)"


def scaled(column: str, scale: float) -> str:
    """The column in units of ``scale``, a power of two, so that nothing is rounded."""
    return f"CASE WHEN ABS({column}) > {literal(scale * NEGLIGIBLE)} THEN {column} / {literal(scale)} ELSE 0 END"


def _over(source: exp.Expr, *columns: str) -> exp.Select:
    return exp.select(*columns, dialect=WRITTEN_IN).from_(source)


def _select(column: str) -> exp.Expr:
    return exp.maybe_parse(column, dialect=WRITTEN_IN)


def _source(table: exp.Expr) -> exp.Expr:
    return table.copy().subquery("source_rows") if isinstance(table, exp.Query) and not table.alias else table.copy()
