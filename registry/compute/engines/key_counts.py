"""Counts for keys and expected columns: rows, nulls, distinct values, repeated keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, cast

from sqlglot import exp

from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import Duck, quoted, source
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Remote

WRITTEN_IN = "duckdb"


class Statements(Protocol):
    """What runs one SELECT in DuckDB's SQL: DuckDB, or another engine that it is rendered for."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of the SELECT."""


class ColumnCounts(NamedTuple):
    """One column: rows, nulls, distinct values, and the values that are not allowed with their number of rows."""

    rows: int
    nulls: int
    distinct: int
    not_allowed: Mapping[str, int] = {}


def count(duck: Statements, side: Side, column: str, *, distinct: bool, allowed: Sequence[Any] | None) -> ColumnCounts:
    """Count one column. Without ``distinct`` the count of distinct values is that of all values, which is quicker."""
    name, rows_of_side = quoted(column), _from(side)
    of_values = f"count(DISTINCT {name})" if distinct else f"count({name})"
    ((rows, values, distinct_values),) = duck.rows(f"SELECT count(*), count({name}), {of_values} {rows_of_side}")
    not_allowed: dict[str, int] = {}
    if allowed is not None:
        listed = ", ".join(exp.Literal.string(str(value)).sql(WRITTEN_IN) for value in allowed)
        grouped = f"SELECT CAST({name} AS VARCHAR) AS v, count(*) AS n {rows_of_side} GROUP BY v"
        is_not_allowed = f"v IS NOT NULL{f' AND NOT v IN ({listed})' if listed else ''}"
        sql = f"SELECT v, n FROM ({grouped}) AS grouped WHERE {is_not_allowed} ORDER BY n DESC LIMIT 1000"
        not_allowed = {value: int(rows_of_value) for value, rows_of_value in duck.rows(sql)}
    return ColumnCounts(rows, rows - values, distinct_values, not_allowed)


def repeated(duck: Statements, side: Side, key: Sequence[str]) -> int:
    """How many rows repeat the key of another row: rows less distinct keys."""
    names, rows_of_side = ", ".join(map(quoted, key)), _from(side)
    distinct = f"SELECT count(*) FROM (SELECT DISTINCT {names} {rows_of_side}) AS keys"
    return int(duck.rows(f"SELECT (SELECT count(*) {rows_of_side}) - ({distinct})")[0][0])


def count_rows(duck: Statements, side: Side) -> int:
    """The rows of a side."""
    if isinstance(duck, Duck):
        return Reader(duck, side).rows()
    return int(duck.rows(f"SELECT count(*) {_from(side)}")[0][0])


def _from(side: Side) -> str:
    table = source(side.files) if isinstance(side.files, Files) else cast(Remote, side.files).place.sql(WRITTEN_IN)
    return f"FROM {table}{side.condition}"
