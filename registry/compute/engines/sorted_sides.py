"""One side of a comparison as Parquet, and its numeric columns as sorted arrays: each value decoded once, sorted once.

Parquet is read one row group at a time into one array of the column's length. Nulls become NaN there; both sort behind
every number, and the count of nulls tells them apart. Filtered rows and partition columns are first written as plain
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
from registry.compute.stats.columns.column import SortedColumn

Floats = NDArray[np.float64]

CHUNK = 1 << 16  # rows whose arrays fit into the processor's cache


class NotNumbers(Exception):
    """The column cannot be compared as numbers; the message says why. ``rows`` and ``nulls`` are 0 where unknown."""

    def __init__(self, sentence: str, rows: int = 0, nulls: int = 0) -> None:
        super().__init__(sentence)
        self.rows, self.nulls = rows, nulls


class Store(NamedTuple):
    """Parquet files with the columns of one side; any thread may read them."""

    files: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows of all files, nulls included."""
        return sum(int(parquet.read_metadata(name).num_rows) for name in self.files)

    @property
    def largest_group(self) -> int:
        """Rows of the largest row group, which is decoded at once."""
        files = [parquet.read_metadata(name) for name in self.files]
        return max(
            (metadata.row_group(at).num_rows for metadata in files for at in range(metadata.num_row_groups)), default=0
        )

    @property
    def names(self) -> set[str]:
        """The columns that every file has."""
        return set.intersection(*(set(parquet.read_schema(name).names) for name in self.files))

    def numbers(self, column: str) -> Iterator[pa.Array]:
        """The column's values in chunks. NotNumbers when a file lacks the column or it is not numeric."""

        def check(opened: parquet.ParquetFile) -> None:
            names = opened.schema_arrow.names
            if names.count(column) != 1:
                raise NotNumbers(f"A file has {'no' if column not in names else 'more than one'} column {column}.")
            kind = opened.schema_arrow.field(column).type
            if not is_number(kind):
                raise NotNumbers(f"The type of the column is {kind}, which is not a number.", self.rows)

        return self.decoded(column, check)

    def decoded(
        self, column: str, check: Callable[[parquet.ParquetFile], None] = lambda opened: None
    ) -> Iterator[pa.Array]:
        """The column of each file, one row group at a time; ``check`` is called with each file first."""
        for name in self.files:
            # Pre-buffering would use fresh memory for this one column: it costs more than it saves.
            with parquet.ParquetFile(name, pre_buffer=False) as opened:
                check(opened)
                for group in range(opened.num_row_groups):
                    yield from opened.read_row_group(group, columns=[column], use_threads=False).column(0).chunks


def is_number(kind: pa.DataType) -> bool:
    """Whether values of this type are numbers; a column of nulls only counts as one."""
    types = pa.types
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) or types.is_null(kind))


def floats(chunk: pa.Array) -> Floats:
    """A chunk as float64, nulls as NaN."""
    if pa.types.is_decimal(chunk.type) or pa.types.is_null(chunk.type):
        chunk = chunk.cast(pa.float64())
    values: Floats = chunk.to_numpy(zero_copy_only=False)
    return values


def fill(target: Floats, chunk: pa.Array) -> None:
    """Write a chunk as float64 into ``target``, which is as long, with NaN for nulls; float64 without another copy."""
    if not (chunk.null_count and pa.types.is_float64(chunk.type)):
        target[:] = floats(chunk)
        return
    values = np.frombuffer(chunk.buffers()[1], np.float64)[chunk.offset :]
    for at in range(0, len(chunk), CHUNK):
        part = target[at : at + CHUNK]
        part[:] = values[at : at + part.size]
        null = null_rows(chunk.slice(at, CHUNK))
        if null is not None:
            np.putmask(part, null, np.nan)


def null_rows(array: pa.Array) -> NDArray[np.bool_] | None:
    """Which rows are null, (rows,) bool; None when none is. Not for arrays of type null, which have no bitmap.

    >>> null_rows(pa.array([1, None, 3, None])[1:]), null_rows(pa.array([1, None])[:1])
    (array([ True, False,  True]), None)
    """
    if not array.null_count:
        return None
    first, bit = divmod(array.offset, 8)
    bits = np.frombuffer(array.buffers()[0], np.uint8)[first:]
    null: NDArray[np.bool_] = np.unpackbits(bits, count=bit + len(array), bitorder="little")[bit:] == 0
    return null


def read_sorted(store: Store, column: str, room: Floats) -> SortedColumn:
    """The column, sorted into ``room``, which is at least as long as the column. NotNumbers."""
    rows = nulls = 0
    for chunk in store.numbers(column):
        fill(room[rows : rows + len(chunk)], chunk)
        rows, nulls = rows + len(chunk), nulls + chunk.null_count
    return sorted_in_place(room[:rows], nulls)


def read_sorted_on_disk(store: Store, column: str, room: Floats, folder: Path) -> SortedColumn:
    """A column longer than ``room``, sorted on disk in ``folder``, which must outlive the result. NotNumbers."""
    rows = nulls = 0

    def decoded() -> Iterator[Floats]:
        nonlocal rows, nulls
        for chunk in store.numbers(column):
            rows, nulls = rows + len(chunk), nulls + chunk.null_count
            yield floats(chunk)

    numbers, beside = sorted_on_disk(decoded(), room, folder)
    return SortedColumn(numbers, rows, nulls, beside - nulls)


def sorted_in_place(values: Floats, nulls: int) -> SortedColumn:
    """``values`` sorted in place; ``nulls`` of the NaN among them stand for nulls."""
    values.sort()
    numbers = values[: np.searchsorted(values, np.nan)]
    return SortedColumn(numbers, values.size, nulls, values.size - numbers.size - nulls)


def stored(duck: Duck, side: Side, columns: Sequence[str], folder: Path) -> Store:
    """The side's columns as Parquet: its own files if they have these columns and every row, else a copy in ``folder``.

    EngineFailed."""
    own = Store(tuple(side.local_files.names))
    if side.is_whole and set(columns) <= own.names:
        return own
    reader = Reader(duck, side)
    present = [quoted(name) for name in reader.names() if name in set(columns)]
    if not present:
        return own
    target = folder / f"{len(list(folder.iterdir()))}.parquet"
    reader.copy(present, target)
    return Store((str(target),))
