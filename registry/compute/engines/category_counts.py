"""Compare categorical columns of two sides: DuckDB counts the rows of each category, the statistics use the counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from registry.compute.engines.duck import Duck, EngineFailed, quoted, source
from registry.compute.engines.files import Files
from registry.compute.engines.read_ahead import in_order
from registry.compute.engines.sorted_sides import Store
from registry.compute.stats.columns.categories import Categories
from registry.compute.stats.comparison import Comparison
from registry.compute.stats.distribution import compare_lined_up

COUNTS = """
SELECT c, sum(r)::BIGINT AS r, sum(k)::BIGINT AS k FROM (
  SELECT {column} AS c, count(*) AS r, 0 AS k FROM {reference} GROUP BY 1
  UNION ALL
  SELECT {column} AS c, 0 AS r, count(*) AS k FROM {current} GROUP BY 1
) GROUP BY c ORDER BY c
"""


class CategoryCounts(NamedTuple):
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
    on_progress: Callable[[str], None] = lambda name: None,
) -> Iterator[tuple[str, CategoryCounts | EngineFailed]]:
    """The counts of each column, in order, or why it could not be counted.

    ``on_progress`` is called with each column's name before its result is awaited; what it raises ends the work.
    """
    # DuckDB reads a row group with one thread, and files often have few row groups: so columns run in parallel.
    cursors = [Duck(duck.connection.cursor, duck.stopped, duck.memory_bytes // threads) for _ in range(threads)]
    results = in_order([partial(_count_column, cursor, stores) for cursor in cursors], columns)
    for name in columns:
        on_progress(name)
        yield name, next(results)


def _count_column(duck: Duck, stores: Sequence[Store], column: str) -> CategoryCounts | EngineFailed:
    reference, current = (
        source(Files(Path(store.files[0]), tuple(map(Path, store.files)), "parquet")) for store in stores
    )
    try:
        counts = duck.table(COUNTS.format(column=quoted(column), reference=reference, current=current))
    except EngineFailed as error:
        return error
    nulls = counts.filter(counts["c"].is_null())
    present = counts.filter(counts["c"].is_valid())
    both = Categories(Names(present["c"].combine_chunks()), _integers(present, "r"), _integers(present, "k"))
    return CategoryCounts(both, int(_integers(nulls, "r").sum()), int(_integers(nulls, "k").sum()))


class Names(Sequence[Any]):
    """The values of an Arrow array, converted to Python only when they are read."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: Any) -> Any:
        return self.values[int(index)].as_py()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values.to_pylist())


def _integers(table: pa.Table, name: str) -> NDArray[np.int64]:
    return np.asarray(table[name].to_numpy(), dtype=np.int64)
