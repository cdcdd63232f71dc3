"""Numeric columns of two sides compared, quickly and exactly: every statistic from one sort of each side's column.

A column's trouble - a type that is no number, a file that lacks it - is that column's result and stops no other. As
many columns are worked on at once as the memory takes; where not even one fits, it is sorted on disk.
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
from registry.compute.engines.sorted_sides import Floats, NotNumbers, Store, read_sorted, read_spilled
from registry.compute.stats.catalogue import measured
from registry.compute.stats.columns.column import SortedColumn
from registry.compute.stats.columns.histogram import BINS, Histogram, overlay
from registry.compute.stats.columns.summary import Summary, summary
from registry.compute.stats.comparison import ColumnKind, Comparison, change
from registry.compute.stats.distribution import compare_sorted

Told = Callable[[str], None]


class Found(NamedTuple):
    """A column of both sides: how they differ, their chart, and what each holds, the reference first."""

    comparison: Comparison
    histogram: Histogram
    summaries: tuple[Summary, Summary]


MEMORY_BYTES = 2 << 30
LEAST_ROOM = 1 << 16  # values; with fewer a merge would be all seeks
AROUND_BYTES = 160 << 20  # the interpreter and its libraries, before the first value is read
STATISTICS = ("ks", "ks_p", "wasserstein", "wasserstein_normed", "psi", "jensen_shannon")


def pairs_at_once(stores: Sequence[Store], memory_bytes: int, threads: int) -> int:
    """How many pairs of columns are compared at once: as many as the memory takes, 0 when not even one fits."""
    pair_bytes = sum(8 * store.rows for store in stores) + row_group_bytes(stores)
    return min(max(memory_bytes - AROUND_BYTES, 0) // max(pair_bytes, 1), threads)


def row_group_bytes(stores: Sequence[Store]) -> int:
    """Bytes of a row group of each side: as stored, decoded, and copied with NaN for nulls."""
    return sum(8 * 3 * store.largest_group for store in stores)


class Worker:
    """Compares one pair of columns after the other in arrays that it keeps: fresh memory costs as much as reading."""

    def __init__(self, stores: Sequence[Store], bins: int) -> None:
        self.stores, self.bins = stores, bins
        self.rooms: list[Floats] = [np.empty(store.rows) for store in stores]

    def __call__(self, column: str) -> Found:
        return found_of(lambda: _compared(*self._sides(column), self.bins))

    def _sides(self, column: str) -> list[SortedColumn]:
        return [read_sorted(store, column, room) for store, room in zip(self.stores, self.rooms, strict=True)]


class SpillingWorker:
    """Compares one pair of columns after the other that are longer than the memory: each side sorted on disk by a thread
    of its own, in half of the room."""

    def __init__(self, stores: Sequence[Store], room: int, bins: int) -> None:
        self.stores, self.bins = stores, bins
        self.rooms: list[Floats] = [np.empty(room // 2) for _ in stores]

    def __call__(self, column: str) -> Found:
        with tempfile.TemporaryDirectory(prefix="plumbline-sorted-") as folder:
            return found_of(lambda: _compared(*self._sides(column, Path(folder)), self.bins))

    def _sides(self, column: str, folder: Path) -> list[SortedColumn]:
        def read(number: int) -> SortedColumn:
            own = folder / str(number)
            own.mkdir()
            return read_spilled(self.stores[number], column, self.rooms[number], own)

        with ThreadPoolExecutor(len(self.stores)) as apart:
            return list(apart.map(read, range(len(self.stores))))


def compare_numbers(
    stores: Sequence[Store],
    columns: Sequence[str],
    *,
    memory_bytes: int = MEMORY_BYTES,
    threads: int = 2,
    told: Told = lambda name: None,
    bins: int = BINS,
) -> Iterator[tuple[str, Found]]:
    """What is found of each column, in order, as it is ready. ``stores``: the reference's and the current side's.

    ``told`` hears of each column before it is waited for; what it raises ends the work.
    """
    results = _results(stores, columns, memory_bytes, threads, bins)
    for name in columns:
        told(name)
        yield name, next(results)


def _results(
    stores: Sequence[Store], columns: Sequence[str], memory_bytes: int, threads: int, bins: int
) -> Iterator[Found]:
    if pairs := pairs_at_once(stores, memory_bytes, threads):
        return in_order([Worker(stores, bins) for _ in range(pairs)], columns)
    room = (memory_bytes - AROUND_BYTES - row_group_bytes(stores)) // 8
    if room >= LEAST_ROOM:
        return in_order([SpillingWorker(stores, room, bins)], columns)
    need = AROUND_BYTES + row_group_bytes(stores) + 8 * LEAST_ROOM
    sentence = f"To read a column takes {need >> 20:,} MiB; the check may use {memory_bytes >> 20:,}."
    return (_nothing(sentence) for _ in columns)


def _compared(reference: SortedColumn, current: SortedColumn, bins: int) -> Found:
    summaries = summary(reference), summary(current)
    return Found(compare_sorted(reference, current), overlay(reference, current, bins=bins), summaries)


def found_of(compare: Callable[[], Found]) -> Found:
    """What ``compare`` finds, or a comparison without values that says why there are none."""
    try:
        return compare()
    except NotNumbers as why:
        return _nothing(str(why))
    except (pa.ArrowException, OSError, MemoryError) as error:
        return _nothing(f"The column could not be read: {type(error).__name__}.")


def _nothing(sentence: str) -> Found:
    statistics = tuple(measured(name, None, sentence) for name in STATISTICS)
    unknown = tuple(change(name, None, None) for name in ("null_share_change", "nan_share_change"))
    nobody = SortedColumn(np.array([]), 0, 0, 0)
    comparison = Comparison(ColumnKind.OTHER, 0, 0, None, None, {}, statistics + unknown)
    return Found(comparison, overlay(nobody, nobody), (summary(nobody), summary(nobody)))
