"""Compare numeric columns of two sides, quickly and exactly: one sort of each side serves every statistic.

A problem with one column (its type is not a number, a file lacks it) becomes that column's result and does not stop the
others. As many columns are compared at once as fit into the memory; a pair that does not fit is sorted on disk.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from registry.compute.engines.read_ahead import in_order
from registry.compute.engines.sorted_sides import Floats, NotNumbers, Store, read_sorted, read_sorted_on_disk
from registry.compute.stats.catalogue import measured
from registry.compute.stats.columns.column import SortedColumn
from registry.compute.stats.columns.histogram import BINS, Histogram, overlay
from registry.compute.stats.columns.summary import Summary, summary
from registry.compute.stats.comparison import ColumnKind, Comparison, change
from registry.compute.stats.distribution import compare_sorted

OnProgress = Callable[[str], None]


class ColumnComparison(NamedTuple):
    """One column on both sides: how they differ, their histogram, and a summary of each, the reference first."""

    comparison: Comparison
    histogram: Histogram
    summaries: tuple[Summary, Summary]


MEMORY_BYTES = 2 << 30
LEAST_ROOM = 1 << 16  # values; with less, a merge would be mostly seeks
BASE_BYTES = 160 << 20  # the interpreter and its libraries, before any value is read
STATISTICS = ("ks", "ks_p", "wasserstein", "wasserstein_normed", "psi", "jensen_shannon")


def pairs_at_once(stores: Sequence[Store], memory_bytes: int, threads: int) -> int:
    """How many pairs of columns are compared at once: as many as fit into the memory, 0 when none does."""
    pair_bytes = sum(8 * store.rows for store in stores) + row_group_bytes(stores)
    return min(max(memory_bytes - BASE_BYTES, 0) // max(pair_bytes, 1), threads)


def row_group_bytes(stores: Sequence[Store]) -> int:
    """Bytes of one row group of each side: as stored, decoded, and copied with NaN for nulls."""
    return sum(8 * 3 * store.largest_group for store in stores)


class Worker:
    """Compares one pair of columns after another in arrays that it reuses: fresh memory costs as much as reading."""

    def __init__(self, stores: Sequence[Store], bins: int) -> None:
        self.stores, self.bins = stores, bins
        self.rooms: list[Floats] = [np.empty(store.rows) for store in stores]

    def __call__(self, column: str) -> ColumnComparison:
        return comparison_or_reason(lambda: _compare(self._sides(column), self.bins))

    def _sides(self, column: str) -> list[SortedColumn]:
        return [read_sorted(store, column, room) for store, room in zip(self.stores, self.rooms, strict=True)]


class SpillingWorker:
    """Compares pairs of columns that are longer than the memory: each side is sorted on disk, in a thread of its own and
    half of ``room`` values."""

    def __init__(self, stores: Sequence[Store], room: int, bins: int) -> None:
        self.stores, self.bins = stores, bins
        self.rooms: list[Floats] = [np.empty(room // 2) for _ in stores]

    def __call__(self, column: str) -> ColumnComparison:
        with tempfile.TemporaryDirectory(prefix="plumbline-sorted-") as folder:
            return comparison_or_reason(lambda: _compare(self._sides(column, Path(folder)), self.bins))

    def _sides(self, column: str, folder: Path) -> list[SortedColumn]:
        def read(number: int) -> SortedColumn:
            own = folder / str(number)
            own.mkdir()
            return read_sorted_on_disk(self.stores[number], column, self.rooms[number], own)

        with ThreadPoolExecutor(len(self.stores)) as apart:
            return list(apart.map(read, range(len(self.stores))))


def compare_numbers(
    stores: Sequence[Store],
    columns: Sequence[str],
    *,
    memory_bytes: int = MEMORY_BYTES,
    threads: int = 2,
    on_progress: OnProgress = lambda name: None,
    bins: int = BINS,
) -> Iterator[tuple[str, ColumnComparison]]:
    """The comparison of each column, in order, as soon as it is ready. ``stores``: the reference, then the current side.

    ``on_progress`` is called with each column's name before its result is awaited; what it raises ends the work.
    """
    results = _results(stores, columns, memory_bytes, threads, bins)
    for name in columns:
        on_progress(name)
        yield name, next(results)


def _results(
    stores: Sequence[Store], columns: Sequence[str], memory_bytes: int, threads: int, bins: int
) -> Iterator[ColumnComparison]:
    if pairs := pairs_at_once(stores, memory_bytes, threads):
        return in_order([Worker(stores, bins) for _ in range(pairs)], columns)
    room = (memory_bytes - BASE_BYTES - row_group_bytes(stores)) // 8
    if room >= LEAST_ROOM:
        return in_order([SpillingWorker(stores, room, bins)], columns)
    need = BASE_BYTES + row_group_bytes(stores) + 8 * LEAST_ROOM
    sentence = f"Reading a column takes {need >> 20:,} MiB; the check may use {memory_bytes >> 20:,} MiB."
    return (_not_compared(sentence) for _ in columns)


def _compare(sides: Sequence[SortedColumn], bins: int) -> ColumnComparison:
    reference, current = sides
    summaries = summary(reference), summary(current)
    return ColumnComparison(compare_sorted(reference, current), overlay(reference, current, bins=bins), summaries)


def comparison_or_reason(compare: Callable[[], ColumnComparison]) -> ColumnComparison:
    """The result of ``compare``, or a comparison without values whose reasons say why."""
    try:
        return compare()
    except NotNumbers as why:
        return _not_compared(str(why))
    except (pa.ArrowException, OSError, MemoryError) as error:
        return _not_compared(f"The column could not be read: {type(error).__name__}.")


def _not_compared(sentence: str) -> ColumnComparison:
    statistics = tuple(measured(name, None, sentence) for name in STATISTICS)
    unknown = tuple(change(name, None, None) for name in ("null_share_change", "nan_share_change"))
    empty = SortedColumn(np.array([]), 0, 0, 0)
    comparison = Comparison(ColumnKind.OTHER, 0, 0, None, None, {}, statistics + unknown)
    return ColumnComparison(comparison, overlay(empty, empty), (summary(empty), summary(empty)))
