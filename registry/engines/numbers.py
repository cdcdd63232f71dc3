"""Numeric columns of two sides compared, quickly and exactly: every statistic from one sort of each side's column.

A column's trouble - a type that is no number, a file that lacks it - is that column's result and stops no other. As
many columns are worked on at once as the memory takes; where not even one fits, the result says what it would take.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from registry.engines.ahead import in_order
from registry.engines.category_counts import compare_categories
from registry.engines.sides import Floats, NotNumbers, Side, Store, read_sorted, stored
from registry.stats.catalogue import measured
from registry.stats.column import SortedColumn
from registry.stats.comparison import ColumnKind, Comparison, change
from registry.stats.distribution import compare_sorted
from registry.stats.histogram import Histogram, overlay

__all__ = ["Side", "compare_categories", "compare_numbers"]

Told = Callable[[int, int, str], None]
Found = tuple[Comparison, Histogram]

MEMORY_BYTES = 2 << 30
AROUND_BYTES = 160 << 20  # the interpreter and its libraries, before the first value is read
STATISTICS = ("ks", "ks_p", "wasserstein", "wasserstein_normed", "psi", "jensen_shannon")


class Plan(NamedTuple):
    """``pairs`` of columns are worked on at once; ``sides_apart`` when both sides of one have a thread each."""

    pairs: int
    sides_apart: bool

    @classmethod
    def of(cls, stores: Sequence[Store], memory_bytes: int, threads: int) -> Plan | None:
        """As much at once as the memory takes; None when not even one pair of columns fits."""
        fitting = max(memory_bytes - AROUND_BYTES, 0) // max(cls.least(stores), 1)
        if fitting >= min(2, threads):
            return cls(min(fitting, threads), sides_apart=False)
        return cls(1, sides_apart=threads > 1) if fitting else None

    @staticmethod
    def least(stores: Sequence[Store]) -> int:
        """Bytes that one pair of columns takes: its values, and a row group of each side on its way there."""
        # Of a row group there are the bytes, the decoded values and their copy with NaN for nulls.
        return sum(8 * store.rows + 8 * 3 * store.largest_group for store in stores)


class Worker:
    """Compares one pair of columns after the other in arrays that it keeps: fresh memory costs as much as reading."""

    def __init__(self, stores: Sequence[Store], sides_apart: bool) -> None:
        self.stores, self.sides_apart = stores, sides_apart
        self.rooms: list[Floats] = [np.empty(store.rows) for store in stores]

    def __call__(self, column: str) -> Found:
        return found_of(lambda: _compared(*self._sides(column)))

    def _sides(self, column: str) -> list[SortedColumn]:
        pairs = list(zip(self.stores, self.rooms, strict=True))
        if not self.sides_apart:
            return [read_sorted(store, column, room) for store, room in pairs]
        with ThreadPoolExecutor(2) as apart:
            return list(apart.map(lambda pair: read_sorted(pair[0], column, pair[1]), pairs))


def compare_numbers(
    reference: Side,
    current: Side,
    columns: Sequence[str],
    *,
    memory_bytes: int = MEMORY_BYTES,
    threads: int = 2,
    told: Told = lambda done, total, name: None,
) -> Iterator[tuple[str, Comparison, Histogram]]:
    """Each column's comparison and histogram, in order, as they are ready.

    ``told`` hears (done, total, name) before each; what it raises ends the work. Raises EngineFailed when the files
    cannot be read at all.
    """
    with tempfile.TemporaryDirectory(prefix="plumbline-columns-") as folder:
        stores = []
        for name, side in (("reference", reference), ("current", current)):
            own = Path(folder) / name
            own.mkdir()
            stores.append(stored(side, columns, own, memory_bytes=memory_bytes // 2, threads=threads))
        results = _results(stores, columns, memory_bytes, threads)
        for done, name in enumerate(columns):
            told(done, len(columns), name)
            yield name, *next(results)


def _results(stores: Sequence[Store], columns: Sequence[str], memory_bytes: int, threads: int) -> Iterator[Found]:
    plan = Plan.of(stores, memory_bytes, threads)
    if plan is None:
        need = AROUND_BYTES + Plan.least(stores)
        sentence = f"A column of both sides needs {need >> 20:,} MiB; the check may use {memory_bytes >> 20:,}."
        return (_nothing(sentence) for _ in columns)
    return in_order([Worker(stores, plan.sides_apart) for _ in range(plan.pairs)], columns)


def _compared(reference: SortedColumn, current: SortedColumn) -> Found:
    return compare_sorted(reference, current), overlay(reference, current)


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
    return Comparison(ColumnKind.OTHER, 0, 0, None, None, {}, statistics + unknown), overlay(nobody, nobody)
