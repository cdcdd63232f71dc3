"""The overlaid histogram of two columns, counted inside an engine.

>>> import duckdb, sqlglot
>>> connection = duckdb.connect()
>>> def run(sql): return connection.execute(sql).fetchall()
>>> side = Relation(sqlglot.parse_one("SELECT range AS v FROM range(1000)"))
>>> chart = overlay_in(run, "duckdb", side, side, "v", bins=5)
>>> sum(chart.reference), chart.outside_ref, chart.edges[0]
(1000, 9, 4.0)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from registry.compute.pushdown.column_sql import (
    FINITE,
    NAN,
    AsDouble,
    Relation,
    as_double,
    both_sides,
    literal,
)
from registry.compute.stats.columns.histogram import ROBUST_RANGE, Histogram, edges_between, histogram

Run = Callable[[str], list[tuple[Any, ...]]]


class Range(NamedTuple):
    """One side: nulls, NaN, and the range that contains nearly all of its finite values; None if it has none."""

    nulls: int = 0
    nans: int = 0
    low: float | None = None
    high: float | None = None


def overlay_in(
    run: Run,
    dialect: str,
    reference: Relation,
    current: Relation,
    column: str,
    *,
    doubles: Sequence[AsDouble] = (as_double,),
    bins: int = 30,
) -> Histogram:
    """Both sides counted in ``bins`` bins of equal width, with two statements. The range ends at values of the column,
    where ``registry.compute.stats.columns.histogram.overlay`` interpolates between two values."""
    both = both_sides(reference, current, column, *doubles)
    ranges = {row[0]: Range(*row[1:]) for row in run(_ranges(both).sql(dialect))}
    sides = [ranges.get(number, Range()) for number in (0, 1)]
    halves = [(side.low / 2, side.high / 2) for side in sides if side.low is not None and side.high is not None]
    nulls, nans = [side.nulls for side in sides], [side.nans for side in sides]
    return histogram_at(run, dialect, both, edges_between(halves, bins), nulls=nulls, nans=nans)


def histogram_at(
    run: Run,
    dialect: str,
    both: exp.Expr,
    edges: NDArray[np.float64],
    *,
    nulls: Sequence[int],
    nans: Sequence[int],
) -> Histogram:
    """Both sides of ``both_sides`` counted between the edges, with one statement."""
    beyond = [*edges, math.nextafter(edges[-1], math.inf)] if edges.size else []
    counted = {row[0]: row[1:] for row in run(_counts(both.copy(), beyond).sql(dialect))}
    nobody = (0,) * (len(beyond) + 1)
    below = [np.array(counted.get(side, nobody), dtype=np.int64) for side in (0, 1)]
    return histogram(edges, below, nulls=nulls, nans=nans)


def _ranges(both: exp.Expr) -> exp.Select:
    finite = f"CASE WHEN {FINITE} THEN v END"
    ends = [f"PERCENTILE_DISC({share}) WITHIN GROUP (ORDER BY {finite})" for share in ROBUST_RANGE.tolist()]
    nans = f"COUNT(CASE WHEN v = {NAN} THEN 1 END)"
    return exp.select("side", "COUNT(*) - COUNT(v)", nans, *ends, dialect="postgres").from_(both).group_by("side")


def _counts(both: exp.Expr, edges: Sequence[float]) -> exp.Select:
    """For each side: side, how many numbers it has, and how many of them are below each edge."""
    below = [f"COUNT(CASE WHEN v < {literal(edge)} THEN 1 END)" for edge in edges]
    numbers = f"COUNT(CASE WHEN v < {NAN} THEN 1 END)"
    return exp.select("side", numbers, *below, dialect="duckdb").from_(both).group_by("side")
