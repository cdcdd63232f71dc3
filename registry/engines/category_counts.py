"""Categorical columns of two sides compared: DuckDB counts the rows of each category, the statistics take the counts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from registry.engines.ahead import in_order
from registry.engines.duck import Duck, EngineFailed, opened, quoted, source
from registry.engines.files import Files
from registry.engines.sides import Side, Store, stored
from registry.stats.catalogue import measured
from registry.stats.categories import Categories
from registry.stats.comparison import ColumnKind, Comparison, change
from registry.stats.distribution import compare_lined_up

STATISTICS = ("chi_square", "chi_square_p", "cramers_v", "jensen_shannon", "l_infinity", "psi")
COUNTED = """
SELECT c, sum(r)::BIGINT AS r, sum(k)::BIGINT AS k FROM (
  SELECT {column} AS c, count(*) AS r, 0 AS k FROM {reference} GROUP BY 1
  UNION ALL
  SELECT {column} AS c, 0 AS r, count(*) AS k FROM {current} GROUP BY 1
) GROUP BY c ORDER BY c
"""


def compare_categories(
    reference: Side,
    current: Side,
    columns: Sequence[str],
    *,
    memory_bytes: int = 2 << 30,
    threads: int = 2,
    told: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> Iterator[tuple[str, Comparison]]:
    """Each column's comparison, in order. A column that cannot be counted has no values, and a reason.

    ``told`` hears (done, total, name) before each; what it raises ends the work. Raises EngineFailed when the files
    cannot be read at all.
    """
    with tempfile.TemporaryDirectory(prefix="plumbline-columns-") as folder:
        stores = []
        for name, side in (("reference", reference), ("current", current)):
            own = Path(folder) / name
            own.mkdir()
            stores.append(stored(side, columns, own, memory_bytes=memory_bytes // 2, threads=threads))
        with opened(memory_bytes=memory_bytes // 2, threads=threads) as duck:
            # A file's row group is one thread's to DuckDB, and files often have few: columns run beside each other.
            cursors = [Duck(duck.connection.cursor(), duck.stopped) for _ in range(threads)]
            results = in_order([partial(_found, cursor, stores) for cursor in cursors], columns)
            for done, name in enumerate(columns):
                told(done, len(columns), name)
                yield name, next(results)


def _found(duck: Duck, stores: Sequence[Store], column: str) -> Comparison:
    try:
        return _compared(duck, stores, column)
    except EngineFailed as error:
        statistics = tuple(measured(name, None, str(error)) for name in STATISTICS)
        unknown = change("null_share_change", None, None)
        return Comparison(ColumnKind.OTHER, 0, 0, None, None, {}, (*statistics, unknown))


def _compared(duck: Duck, stores: Sequence[Store], column: str) -> Comparison:
    reference, current = (source(Files(Path(one.files[0]), tuple(map(Path, one.files)), "parquet")) for one in stores)
    counted = duck.table(COUNTED.format(column=quoted(column), reference=reference, current=current))
    nulls = counted.filter(counted["c"].is_null())
    rest = counted.filter(counted["c"].is_valid())
    both = Categories(rest["c"].to_pylist(), _counts(rest, "r"), _counts(rest, "k"))
    return compare_lined_up(
        both, reference_nulls=int(_counts(nulls, "r").sum()), current_nulls=int(_counts(nulls, "k").sum())
    )


def _counts(table: pa.Table, name: str) -> np.ndarray:
    return table[name].to_numpy().astype(np.int64)
