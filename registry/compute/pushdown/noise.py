"""The noise floors of two numeric columns inside an engine: a few order statistics of each side are enough.

>>> import duckdb, sqlglot
>>> from registry.compute.pushdown.column_sql import Relation, as_double, both_sides
>>> side = Relation(sqlglot.parse_one("SELECT v FROM range(300) t(v)"))
>>> both = both_sides(side, side, "v", as_double)
>>> connection = duckdb.connect()
>>> sorted(floors_in(lambda sql: connection.execute(sql).fetchall(), "duckdb", both, (300, 300), 86.6, bins=10))
['jensen_shannon', 'ks', 'psi', 'wasserstein_normed']
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sqlglot import exp

from registry.compute.pushdown.column_sql import FINITE, WRITTEN_IN
from registry.compute.stats.noise import Ordered, numeric_floors, ranks_of


def floors_in(
    run: Callable[[str], list[tuple[Any, ...]]],
    dialect: str,
    both: exp.Subquery,
    finite: tuple[int, int],
    deviation: float,
    *,
    bins: int,
) -> dict[str, float]:
    """By statistic. ``both``: the rows of both sides, of which ``finite`` are finite values; ``deviation``: the reference's."""
    ranks = [ranks_of(count) for count in finite]
    wanted = " OR ".join(
        f"(side = {side} AND place IN ({', '.join(str(rank + 1) for rank in of_side)}))"
        for side, of_side in enumerate(ranks)
        if of_side.size
    )
    if not wanted:
        return {}
    placed = exp.select("side", "v", "ROW_NUMBER() OVER (PARTITION BY side ORDER BY v) AS place", dialect=WRITTEN_IN)
    finite_rows = placed.from_(both.copy()).where(FINITE, dialect=WRITTEN_IN).subquery("placed")
    query = exp.select("side", "v").from_(finite_rows).where(wanted, dialect=WRITTEN_IN).order_by("side", "v")
    values: tuple[list[float], list[float]] = ([], [])
    for side, value in run(query.sql(dialect)):
        values[side].append(value)
    sides = (Ordered(np.array(of_side), ranks[side], finite[side]) for side, of_side in enumerate(values))
    return numeric_floors(*sides, deviation=deviation, bins=bins)
