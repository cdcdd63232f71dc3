"""Counts for keys and expected columns: rows, nulls, distinct values, repeated keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import Duck, quoted, source


class ColumnCounts(NamedTuple):
    """One column: rows, nulls, distinct values, and the values that are not allowed with their number of rows."""

    rows: int
    nulls: int
    distinct: int
    not_allowed: Mapping[str, int] = {}


def count(duck: Duck, side: Side, column: str, *, distinct: bool, allowed: Sequence[Any] | None) -> ColumnCounts:
    """Count one column. Without ``distinct`` the count of distinct values is that of all values, which is quicker."""
    name, rows_of_side = quoted(column), f"FROM {source(side.local_files)}{side.condition}"
    of_values = f"count(DISTINCT {name})" if distinct else f"count({name})"
    ((rows, values, distinct_values),) = duck.rows(f"SELECT count(*), count({name}), {of_values} {rows_of_side}")
    not_allowed: dict[str, int] = {}
    if allowed is not None:
        listed = [str(value) for value in allowed]
        grouped = f"SELECT CAST({name} AS VARCHAR) AS v, count(*) AS n {rows_of_side} GROUP BY v"
        is_not_allowed = "v IS NOT NULL AND NOT list_contains(?, v)"
        not_allowed = dict(
            duck.rows(f"SELECT v, n FROM ({grouped}) WHERE {is_not_allowed} ORDER BY n DESC LIMIT 1000", [listed])
        )
    return ColumnCounts(rows, rows - values, distinct_values, not_allowed)


def repeated(duck: Duck, side: Side, key: Sequence[str]) -> int:
    """How many rows repeat the key of another row: rows less distinct keys."""
    names, rows_of_side = ", ".join(map(quoted, key)), f"FROM {source(side.local_files)}{side.condition}"
    distinct = f"SELECT count(*) FROM (SELECT DISTINCT {names} {rows_of_side})"
    return int(duck.rows(f"SELECT (SELECT count(*) {rows_of_side}) - ({distinct})")[0][0])
