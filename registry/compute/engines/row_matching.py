"""Match rows of two sides: the same entity, nearly the same time, each the nearest of the other; or the same key."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import Duck, EngineFailed, quoted, source
from registry.compute.name_lists import named


def match(duck: Duck, training: Side, serving: Side, *, keys: Sequence[str], tolerance_s: float) -> pa.Table:
    """The row numbers of matching rows, `t` and `s`, counted from 0 in the order in which a Reader reads.

    Two rows match when they have the same entity, when their times are at most ``tolerance_s`` seconds apart, and when
    each is the nearest of the other (the earlier place where two are as near).
    """
    quoted_keys = [quoted(name) for name in keys]
    sides = ", ".join(
        f"{name} AS MATERIALIZED (SELECT row_number() OVER () - 1 AS place, {', '.join(quoted_keys)}, "
        f"{side.time} AS event_at FROM {source(side.local_files)}{side.condition})"
        for name, side in (("t", training), ("s", serving))
    )
    apart = "abs(epoch_us(t.event_at) - epoch_us(s.event_at))"
    same = " AND ".join(f"t.{key} = s.{key}" for key in quoted_keys)
    return duck.table(
        f"WITH {sides}, pairs AS (SELECT t.place AS t, s.place AS s, {apart} AS apart "
        f"FROM t JOIN s ON {same} AND {apart} <= {tolerance_s * 1e6:.0f}), ranked AS (SELECT t, s, "
        "row_number() OVER (PARTITION BY t ORDER BY apart, s) AS of_t, "
        "row_number() OVER (PARTITION BY s ORDER BY apart, t) AS of_s FROM pairs) "
        "SELECT t, s FROM ranked WHERE of_t = 1 AND of_s = 1 ORDER BY t"
    )


def match_keys(duck: Duck, training: Side, serving: Side, *, keys: Sequence[str]) -> pa.Table:
    """The same by a key that identifies a row, whatever the times. EngineFailed when it does not on one of the sides."""
    quoted_keys = [quoted(name) for name in keys]
    listed = ", ".join(quoted_keys)
    for side, name in ((training, "trained rows"), (serving, "rows on the other side")):
        _require_unique(duck, side, name, keys, listed)
    t, s = (
        f"(SELECT row_number() OVER () - 1 AS place, {listed} FROM {source(side.local_files)}{side.condition})"
        for side in (training, serving)
    )
    same = " AND ".join(f"t.{key} = s.{key}" for key in quoted_keys)
    return duck.table(f"SELECT t.place AS t, s.place AS s FROM {t} t JOIN {s} s ON {same} ORDER BY t.place")


def _require_unique(duck: Duck, side: Side, name: str, keys: Sequence[str], listed: str) -> None:
    whole = " AND ".join(f"{quoted(key)} IS NOT NULL" for key in keys)
    rows = f"SELECT count(*) AS n FROM {source(side.local_files)}{side.condition} GROUP BY {listed} HAVING {whole}"
    [(repeated,)] = duck.rows(f"SELECT coalesce(sum(n), 0) FROM ({rows}) WHERE n > 1")
    if repeated:
        raise EngineFailed(
            f"{int(repeated):,} {name} have a key ({named(keys)}) that repeats, so they cannot be matched. "
            "Name the columns that identify a row."
        )
