"""Categorical columns of two sides compared: DuckDB counts the rows of each category, the statistics take the counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from registry.compute.engines.duck import Duck, EngineFailed, quoted, source
from registry.compute.engines.files import Files
from registry.compute.engines.read_ahead import in_order
from registry.compute.engines.sorted_sides import Store
from registry.compute.stats.columns.categories import Categories
from registry.compute.stats.comparison import Comparison
from registry.compute.stats.distribution import compare_lined_up

COUNTED = """
SELECT c, sum(r)::BIGINT AS r, sum(k)::BIGINT AS k FROM (
  SELECT {column} AS c, count(*) AS r, 0 AS k FROM {reference} GROUP BY 1
  UNION ALL
  SELECT {column} AS c, 0 AS r, count(*) AS k FROM {current} GROUP BY 1
) GROUP BY c ORDER BY c
"""


class Counted(NamedTuple):
    """The rows of each category on both sides, and the nulls of either."""

    categories: Categories
    reference_nulls: int
    current_nulls: int

    @property
    def comparison(self) -> Comparison:
        return compare_lined_up(self.categories, reference_nulls=self.reference_nulls, current_nulls=self.current_nulls)


def count_categories(
    duck: Duck,
    stores: Sequence[Store],
    columns: Sequence[str],
    *,
    threads: int = 2,
    told: Callable[[str], None] = lambda name: None,
) -> Iterator[tuple[str, Counted | EngineFailed]]:
    """Each column's counts, in order, or why it could not be counted.

    ``told`` hears of each column before it is waited for; what it raises ends the work.
    """
    # A file's row group is one thread's to DuckDB, and files often have few: columns run beside each other.
    cursors = [Duck(duck.connection.cursor, duck.stopped, duck.memory_bytes // threads) for _ in range(threads)]
    results = in_order([partial(_found, cursor, stores) for cursor in cursors], columns)
    for name in columns:
        told(name)
        yield name, next(results)


def _found(duck: Duck, stores: Sequence[Store], column: str) -> Counted | EngineFailed:
    reference, current = (
        source(Files(Path(store.files[0]), tuple(map(Path, store.files)), "parquet")) for store in stores
    )
    try:
        counted = duck.table(COUNTED.format(column=quoted(column), reference=reference, current=current))
    except EngineFailed as error:
        return error
    nulls = counted.filter(counted["c"].is_null())
    rest = counted.filter(counted["c"].is_valid())
    both = Categories(Names(rest["c"].combine_chunks()), _counts(rest, "r"), _counts(rest, "k"))
    return Counted(both, int(_counts(nulls, "r").sum()), int(_counts(nulls, "k").sum()))


class Names(Sequence[Any]):
    """The values of an Arrow array, made Python ones only where they are looked at."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: Any) -> Any:
        return self.values[int(index)].as_py()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values.to_pylist())


def _counts(table: pa.Table, name: str) -> np.ndarray:
    return table[name].to_numpy().astype(np.int64)
