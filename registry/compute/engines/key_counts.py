"""What the data say of keys and expected columns: rows, nulls, distinct values, repeated keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import Duck, quoted, source


class Counted(NamedTuple):
    """One column: rows that are null, distinct values, values that are not among the allowed with their rows."""

    rows: int
    nulls: int
    distinct: int
    not_allowed: Mapping[str, int] = {}


def count(duck: Duck, side: Side, column: str, *, distinct: bool, allowed: Sequence[Any] | None) -> Counted:
    """Count one column; ``distinct`` is counted only where asked for, else it equals the values."""
    name, place = quoted(column), f"FROM {source(side.files)}{side.condition}"
    of_values = f"count(DISTINCT {name})" if distinct else f"count({name})"
    ((rows, values, different),) = duck.rows(f"SELECT count(*), count({name}), {of_values} {place}")
    found = {}
    if allowed is not None:
        listed = [str(value) for value in allowed]
        grouped = f"SELECT CAST({name} AS VARCHAR) AS v, count(*) AS n {place} GROUP BY v"
        kept = "v IS NOT NULL AND NOT list_contains(?, v)"
        found = dict(duck.rows(f"SELECT v, n FROM ({grouped}) WHERE {kept} ORDER BY n DESC LIMIT 1000", [listed]))
    return Counted(rows, rows - values, different, found)


def repeated(duck: Duck, side: Side, key: Sequence[str]) -> int:
    """How many rows share their key with a row before them."""
    names, place = ", ".join(map(quoted, key)), f"FROM {source(side.files)}{side.condition}"
    distinct = f"SELECT count(*) FROM (SELECT DISTINCT {names} {place})"
    return int(duck.rows(f"SELECT (SELECT count(*) {place}) - ({distinct})")[0][0])
