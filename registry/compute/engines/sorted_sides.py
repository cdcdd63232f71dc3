"""One side of a comparison as files, and its numeric columns as sorted arrays: each value decoded once, sorted once.

Parquet is read a row group at a time into one array of the column's length. Nulls are NaN there, told apart by their
count: both sort behind every number. CSV, rows chosen by a condition and partition columns are first written as plain
Parquet by DuckDB, in one scan for all columns and in bounded memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import Duck, quoted
from registry.compute.engines.external_sort import sorted_on_disk
from registry.compute.engines.nulls import null_rows
from registry.compute.stats.columns.column import SortedColumn

Floats = NDArray[np.float64]

AT_ONCE = 1 << 16  # rows: what is computed for them stays in the processor's own cache


class NotNumbers(Exception):
    """The column cannot be compared as numbers; the message says why. ``rows`` and ``nulls`` are 0 where unknown."""

    def __init__(self, sentence: str, rows: int = 0, nulls: int = 0) -> None:
        super().__init__(sentence)
        self.rows, self.nulls = rows, nulls


class Store(NamedTuple):
    """Parquet files that hold the side's columns, opened for reading by any thread."""

    files: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows of all files, nulls included."""
        return sum(parquet.read_metadata(name).num_rows for name in self.files)

    @property
    def largest_group(self) -> int:
        """Rows of the largest row group: what is decoded at once."""
        found = [parquet.read_metadata(name) for name in self.files]
        return max((one.row_group(at).num_rows for one in found for at in range(one.num_row_groups)), default=0)

    @property
    def names(self) -> set[str]:
        """The columns that every file has."""
        return set.intersection(*(set(parquet.read_schema(name).names) for name in self.files))

    def numbers(self, column: str) -> Iterator[pa.Array]:
        """The column's values as they are decoded. NotNumbers when a file lacks it or it is of another type."""

        def check(opened: parquet.ParquetFile) -> None:
            names = opened.schema_arrow.names
            if names.count(column) != 1:
                raise NotNumbers(f"{'No' if column not in names else 'More than one'} column of a file has this name.")
            kind = opened.schema_arrow.field(column).type
            if not is_number(kind):
                raise NotNumbers(f"The column holds {kind}, which is no number.", self.rows)

        return self.decoded(column, check)

    def decoded(
        self, column: str, check: Callable[[parquet.ParquetFile], None] = lambda opened: None
    ) -> Iterator[pa.Array]:
        """The column of each file, a row group at a time; ``check`` sees each file first."""
        for name in self.files:
            # What is read ahead is held in fresh memory for one column alone: it costs more than it saves.
            with parquet.ParquetFile(name, pre_buffer=False) as opened:
                check(opened)
                for group in range(opened.num_row_groups):
                    yield from opened.read_row_group(group, columns=[column], use_threads=False).column(0).chunks


def is_number(kind: pa.DataType) -> bool:
    """Whether values of this type lie on the number line; a type of nothing but nulls may."""
    types = pa.types
    return types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) or types.is_null(kind)


def floats(chunk: pa.Array) -> Floats:
    """A chunk as float64, nulls as NaN."""
    if pa.types.is_decimal(chunk.type) or pa.types.is_null(chunk.type):
        chunk = chunk.cast(pa.float64())
    return chunk.to_numpy(zero_copy_only=False)


def fill(room: Floats, chunk: pa.Array) -> None:
    """The same into ``room``, which is as long; where the chunk is float64 without another copy on the way."""
    if not (chunk.null_count and pa.types.is_float64(chunk.type)):
        room[:] = floats(chunk)
        return
    values = np.frombuffer(chunk.buffers()[1], np.float64)[chunk.offset :]
    for at in range(0, len(chunk), AT_ONCE):
        some = room[at : at + AT_ONCE]
        some[:] = values[at : at + some.size]
        null = null_rows(chunk.slice(at, AT_ONCE))
        if null is not None:
            np.putmask(some, null, np.nan)


def read_sorted(store: Store, column: str, room: Floats) -> SortedColumn:
    """The column sorted into ``room``, which holds at least as many values as there are rows. NotNumbers."""
    rows = nulls = 0
    for chunk in store.numbers(column):
        fill(room[rows : rows + len(chunk)], chunk)
        rows, nulls = rows + len(chunk), nulls + chunk.null_count
    return sorted_in_place(room[:rows], nulls)


def read_spilled(store: Store, column: str, room: Floats, folder: Path) -> SortedColumn:
    """The same of a column that is longer than ``room``, sorted below ``folder``, which must outlive it. NotNumbers."""
    rows = nulls = 0

    def decoded() -> Iterator[Floats]:
        nonlocal rows, nulls
        for chunk in store.numbers(column):
            rows, nulls = rows + len(chunk), nulls + chunk.null_count
            yield floats(chunk)

    numbers, beside = sorted_on_disk(decoded(), room, folder)
    return SortedColumn(numbers, rows, nulls, beside - nulls)


def sorted_in_place(values: Floats, nulls: int) -> SortedColumn:
    """``values``, among which ``nulls`` of the NaN stand for nulls, sorted where they are."""
    values.sort()
    numbers = values[: np.searchsorted(values, np.nan)]
    return SortedColumn(numbers, values.size, nulls, values.size - numbers.size - nulls)


def stored(duck: Duck, side: Side, columns: Sequence[str], folder: Path) -> Store:
    """The side's columns as Parquet: its own files where they will do, else a copy below ``folder``. EngineFailed."""
    own = Store(tuple(side.files.names))
    if side.is_whole and side.files.kind == "parquet" and set(columns) <= own.names:
        return own
    reader = Reader(duck, side)
    there = [quoted(name) for name in reader.names() if name in set(columns)]
    if not there:
        return own
    target = folder / f"{len(list(folder.iterdir()))}.parquet"
    reader.copy(there, target)
    return Store((str(target),))
