"""SQL statements that compare two computed definitions inside an engine, built once as trees for every engine.

They read `computed_rows`, the rows of ``registry.compute.engines.feature_sql``. Each row gets a ``state``, which says
whether and why it differs, and ``d``: current minus trained where numbers differ. The rules are those of
``registry.compute.stats.equality_rule``: whole numbers never become floats on the way. No step leaves the range of
float64, which is an error in PostgreSQL.

>>> totals(Rule(Family.FLOAT, Family.FLOAT, rtol=1e-9)).sql("postgres").count("computed_rows")
1
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.column_sql import FINITE, INFINITY, NAN, UP_TO_HERE, WRITTEN_IN, literal, scaled
from registry.compute.stats.equality_rule import Family, Rule

COMPUTED = "computed_rows"
SAME, MISSING, EXTRA, NULL_IN_ONE, VALUES = range(5)  # a row's state
DOUBLES = ('CAST("trained" AS DOUBLE) AS t', 'CAST("current" AS DOUBLE) AS c')
MOST = literal(sys.float_info.max)
LEAST = literal(-sys.float_info.max)
# Products of smaller values would underflow, so both sides of a comparison are multiplied by a power of two.
SMALL, FAR_FROM_SMALL, LARGER = literal(1e-200), literal(1e-100), literal(2.0**300)
EXACT, ENDS = literal(2.0**53), (literal(-(2.0**63)), literal(2.0**63))  # of float64 as whole numbers, and of int64
SLICED_BY = frozenset({Kind.TEXT, Kind.WHOLE, Kind.TRUTH, Kind.DATE, Kind.TIME})


def compared(rule: Rule) -> exp.Select:
    """Every computed row with its ``state`` and ``d``; numbers also as ``t`` and ``c``, the nearest float64."""
    if not rule.of_numbers:
        state = _state('NOT "trained" = "current"')
        return _over(exp.to_table(COMPUTED), "*", f"{state} AS state", "CAST(NULL AS DOUBLE) AS d")
    doubles = _over(exp.to_table(COMPUTED), "*", *DOUBLES).subquery("doubles")
    unequal, difference = NUMBERS_BY_FAMILY[rule[:2]]
    apart = _over(doubles, "*", f"{difference} AS apart").subquery("apart_rows")
    outside = f"{unequal} AND NOT ({_within(rule)})" if rule.atol or rule.rtol else unequal
    states = _over(apart, "*", f"{_state(outside)} AS state").subquery("stated")
    return _over(states, "*", f"CASE WHEN state = {VALUES} THEN apart END AS d")


def _whole_and_float(whole: str, floating: str, as_double: str) -> tuple[str, str]:
    """Whether a whole number and a float differ, and by how much the float is greater. From 2^53 on a float is a whole
    number, and must be that one."""
    far = f"ABS({floating}) >= {EXACT} AND {floating} >= {ENDS[0]} AND {floating} < {ENDS[1]}"
    cut = f"CAST({floating} AS BIGINT)"
    unequal = f"CASE WHEN {far} THEN NOT {cut} = {whole} ELSE NOT {floating} = {as_double} END"
    near = f"WHEN {floating} < {NAN} THEN {floating} - {as_double} END"
    return unequal, f"CASE WHEN {far} THEN {_whole_difference(whole, cut)} {near}"


def _whole_difference(trained: str, current: str) -> str:
    """As float64, of a difference that is exact."""
    return f"CAST(CAST({current} AS DECIMAL(20, 0)) - CAST({trained} AS DECIMAL(20, 0)) AS DOUBLE)"


# The difference of two finite numbers with different signs may exceed float64.
FLOAT_DIFFERENCE = (
    f"CASE WHEN t < {NAN} AND c < {NAN} AND NOT t = c THEN CASE WHEN t < 0 AND c > {MOST} + t THEN {INFINITY} "
    f"WHEN t > 0 AND c < {LEAST} + t THEN -{INFINITY} ELSE c - t END END"
)
WHOLE_AND_FLOAT = _whole_and_float('"trained"', "c", "t")
FLOAT_AND_WHOLE = _whole_and_float('"current"', "t", "c")
# Of each pair of families: whether two values differ, and by how much.
NUMBERS_BY_FAMILY: dict[tuple[Family, ...], tuple[str, str]] = {
    (Family.FLOAT, Family.FLOAT): ("NOT t = c", FLOAT_DIFFERENCE),
    (Family.WHOLE, Family.WHOLE): ('NOT "trained" = "current"', _whole_difference('"trained"', '"current"')),
    (Family.DECIMAL, Family.DECIMAL): ('NOT "trained" = "current"', 'CAST("current" - "trained" AS DOUBLE)'),
    (Family.WHOLE, Family.FLOAT): WHOLE_AND_FLOAT,
    (Family.FLOAT, Family.WHOLE): (FLOAT_AND_WHOLE[0], f"-({FLOAT_AND_WHOLE[1]})"),
}


def _within(rule: Rule) -> str:
    relative = (
        f"CASE WHEN ABS(t) > {SMALL} THEN ABS(apart) <= {literal(rule.rtol)} * ABS(t) WHEN ABS(apart) < {FAR_FROM_SMALL} "
        f"THEN ABS(apart) * {LARGER} <= {literal(rule.rtol)} * (ABS(t) * {LARGER}) ELSE FALSE END"
    )
    return f"CASE WHEN ABS(apart) < {INFINITY} THEN ABS(apart) <= {literal(rule.atol)} OR {relative} ELSE FALSE END"


def _state(unequal: str) -> str:
    return (
        f"CASE WHEN in_trained AND NOT in_current THEN {MISSING} WHEN in_current AND NOT in_trained THEN {EXTRA} "
        f'WHEN NOT in_trained OR ("trained" IS NULL AND "current" IS NULL) THEN {SAME} '
        f'WHEN "trained" IS NULL OR "current" IS NULL THEN {NULL_IN_ONE} WHEN {unequal} THEN {VALUES} ELSE {SAME} END'
    )


def totals(rule: Rule) -> exp.Select:
    """One row: rows; rows missing, extra, null on one side only, with different values; NaN on one side only; ambiguous
    rows; rows with a difference; infinite differences; rows that neither side has; the largest finite difference."""
    nan_in_one = f"(t = {NAN}) <> (c = {NAN})" if rule.of_numbers else "FALSE"
    return _over(
        _compared(rule),
        "COUNT(*)",
        *(f"COUNT(CASE WHEN state = {state} THEN 1 END)" for state in (MISSING, EXTRA, NULL_IN_ONE, VALUES)),
        f"COUNT(CASE WHEN state = {VALUES} AND {nan_in_one} THEN 1 END)",
        "COUNT(CASE WHEN ambiguous THEN 1 END)",
        "COUNT(d)",
        f"COUNT(CASE WHEN ABS(d) = {INFINITY} THEN 1 END)",
        "COUNT(CASE WHEN NOT in_trained AND NOT in_current THEN 1 END)",
        f"MAX(CASE WHEN ABS(d) < {INFINITY} THEN ABS(d) END)",
    )


def sizes(rule: Rule, *, scale: float, ranks: Sequence[int]) -> exp.Select:
    """One row: the sum of the absolute finite differences in units of ``scale``, a power of two, and the differences with
    these ranks, counted from 0."""
    tally = _over(_compared(rule), "d AS v", "COUNT(*) AS n").where(f"ABS(d) < {INFINITY}", dialect=WRITTEN_IN)
    summed = _over(
        tally.group_by("d").subquery("tally"),
        "v",
        "CAST(n AS DOUBLE) AS n",
        f"SUM(CAST(n AS DOUBLE)) {UP_TO_HERE} AS upto",
    )
    return _over(
        summed.subquery("summed"),
        f"SUM(n * ABS({scaled('v', scale)}))",
        *(f"MIN(CASE WHEN upto > {rank} THEN v END)" for rank in ranks),
    )


def months(rule: Rule) -> exp.Select:
    """For each month of the event time: its year, its month, rows, rows that differ."""
    parts = [f'CAST(EXTRACT({part} FROM "at") AS BIGINT)' for part in ("YEAR", "MONTH")]
    dated = _over(_compared(rule), f"{parts[0]} AS y", f"{parts[1]} AS m", "state").subquery("dated")
    return _over(dated, "y", "m", *COUNTED).group_by("y", "m")


def slices(rule: Rule, most: int) -> exp.Select:
    """For the first ``most`` values of the slice, in their order, null last: the value, rows, rows that differ."""
    of_each = _over(_compared(rule), '"slice" AS s', *COUNTED).group_by('"slice"').subquery("of_each")
    ordered = exp.Ordered(this=exp.column("s"), nulls_first=False)
    return _over(of_each, "s", "n", "k").order_by(ordered).limit(most)


COUNTED = ("COUNT(*) AS n", f"COUNT(CASE WHEN state > {SAME} THEN 1 END) AS k")


def worst(rule: Rule, shown: Sequence[str], order: Sequence[str], most: int) -> exp.Select:
    """The ``shown`` columns and ``d`` of up to ``most`` rows whose difference is a number, the largest first, and of up to
    ``most`` rows without one, in row order."""
    ordered = [exp.Ordered(this=exp.func("ABS", exp.column("d")), desc=True, nulls_first=False), *_in(order)]
    rank = exp.Window(
        this=exp.RowNumber(),
        partition_by=[exp.Is(this=exp.column("d"), expression=exp.Null())],
        order=exp.Order(expressions=ordered),
    )
    placed = _over(_compared(rule), "*").select(exp.alias_(rank, "place"))
    ranked = placed.where(f"state > {SAME}").subquery("ranked")
    few = exp.select(*_named(shown), "d").from_(ranked).where(f"place <= {most}")
    return few.order_by(*(expression.copy() for expression in ordered))


def differing(rule: Rule, shown: Sequence[str], order: Sequence[str], most: int) -> exp.Select:
    """The ``shown`` columns of the first ``most`` rows that differ."""
    rows = exp.select(*_named(shown)).from_(_compared(rule)).where(f"state > {SAME}")
    return rows.order_by(*_in(order)).limit(most)


def order_statistics(both: exp.Subquery, ranks: Sequence[Sequence[int]]) -> exp.Select:
    """One row: the finite values at these ranks, counted from 0, of the reference and then of the current side."""
    tally = _over(both, "side", "v", "COUNT(*) AS n").where(FINITE, dialect=WRITTEN_IN).group_by("side", "v")
    upto = UP_TO_HERE.replace("(ORDER", "(PARTITION BY side ORDER")
    summed = _over(tally.subquery("tally"), "side", "v", f"SUM(CAST(n AS DOUBLE)) {upto} AS upto").subquery("summed")
    wanted = [(side, rank) for side, of_side in enumerate(ranks) for rank in of_side]
    return _over(summed, *(f"MIN(CASE WHEN side = {side} AND upto > {rank} THEN v END)" for side, rank in wanted))


def _compared(rule: Rule) -> exp.Subquery:
    return compared(rule).subquery("compared")


def _named(columns: Sequence[str]) -> list[exp.Column]:
    return [exp.column(exp.to_identifier(name, quoted=True)) for name in columns]


def _in(order: Sequence[str]) -> list[exp.Expr]:
    return [exp.Ordered(this=column, nulls_first=False) for column in _named(order)]


def _over(source: exp.Expr, *columns: str) -> exp.Select:
    return exp.select(*columns, dialect=WRITTEN_IN).from_(source)
