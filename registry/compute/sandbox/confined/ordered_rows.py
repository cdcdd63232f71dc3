"""Sort a table by entity, event time and row key; read Arrow columns as numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING or __package__:
    from registry.compute.sandbox.confined.row_order import in_order, order
else:  # as in `array_windows`
    from row_order import in_order, order


class NeedsEngine(Exception):
    """The engine has to compute these rows; the message says why."""


class Ordered:
    """``places`` (rows,): the table's row numbers in order; ``starts``: where in that order each entity begins.

    NeedsEngine without rows, and when a null, a float or text leaves the order open."""

    def __init__(self, table: pa.Table, entity: Sequence[str], by: Sequence[str]) -> None:
        if not table.num_rows:
            raise NeedsEngine("there are no rows")
        if any(table[name].null_count for name in by):
            raise NeedsEngine("a null in the event time or the row key")
        self.table, self.by = table.select(by), by
        self._joined: dict[str, Any] = {}
        codes = [code for name in entity for code in _codes(table[name])]
        # The number of order columns that leaves no two rows of an entity tied; one more than there are when none does.
        self.untied = len(by) + 1
        if self._stand_in_order():
            (self.places, self.starts), self.untied = order(codes), len(by)
        else:
            self.places, self.starts = self._sorted(codes)
        if not all(is_whole(table[name].type) for name in by):
            self._by_moment_alone()

    def note_ties(self, tied: Any, rows: Any, entities: Any, columns: int) -> None:
        """Set ``tied`` for the rows that tie with another of their entity in the first ``columns`` columns of the order."""
        if columns < self.untied:
            tied[rows] |= self._tied(rows, entities.starts, columns)

    def _tied(self, rows: Any, starts: Any, columns: int) -> Any:
        same = np.ones(rows.size, dtype=bool)
        same[starts] = False
        for name in self.by[:columns]:
            values = self._numbers(name)[rows]
            same[1:] &= values[1:] == values[:-1]
        before = same.copy()
        before[:-1] |= same[1:]
        return before

    def _stand_in_order(self) -> bool:
        """Whether the table is already sorted by event time and key, with no two rows tied."""
        if not all(is_whole(self.table[name].type) for name in self.by):
            return False
        last: list[Any] = []
        for batch in self.table.to_batches():
            now = [numbers(pa.chunked_array([column])) for column in batch.columns]
            joined = [np.append(before[-1:], after) for before, after in zip(last, now, strict=True)] if last else now
            if not in_order(joined, strictly=True):
                return False
            last = now if batch.num_rows else last
        return True

    def _sorted(self, codes: Sequence[Any]) -> tuple[Any, Any]:
        by = [self._numbers(name) for name in self.by if is_whole(self.table[name].type)]
        standing = next(begin for begin in range(len(by) + 1) if in_order(by[begin:]))
        return order(codes, by[:standing])

    def _by_moment_alone(self) -> None:
        """A key that is not a number is not needed as long as no entity has two rows at the same time."""
        if not is_whole(self.table[self.by[0]].type) or self._tied(self.places, self.starts, 1).any():
            raise NeedsEngine("rows at the same time, and a key that is not a number")
        self.untied = 1

    def _numbers(self, name: str) -> Any:
        if name not in self._joined:
            self._joined[name] = numbers(self.table[name])
        return self._joined[name]


def is_whole(kind: pa.DataType) -> bool:
    """Whether values of this type are stored as whole numbers in the same order."""
    return bool(pa.types.is_integer(kind) or pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def numbers(column: pa.ChunkedArray) -> Any:
    """The numbers of a column of fixed width; the values of nulls are undefined."""
    kind = column.type
    width = np.dtype(f"i{kind.bit_width // 8}") if not is_number(kind) else np.dtype(kind.to_pandas_dtype())
    parts = [
        np.frombuffer(chunk.buffers()[1], width, len(chunk), chunk.offset * width.itemsize)
        for chunk in column.chunks
        if len(chunk)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, width), *parts])


def is_number(kind: pa.DataType) -> bool:
    """Whether windows are computed over values of this type."""
    return bool(pa.types.is_integer(kind) or pa.types.is_float32(kind) or pa.types.is_float64(kind))


def not_null_in(column: pa.ChunkedArray) -> Any:
    """Which rows are not null; None when none is."""
    if not column.null_count:
        return None
    return np.concatenate([_not_null(chunk) for chunk in column.chunks])


def _not_null(chunk: pa.Array) -> Any:
    if not chunk.null_count:
        return np.ones(len(chunk), dtype=bool)
    bits = np.frombuffer(chunk.buffers()[0], np.uint8)
    end = chunk.offset + len(chunk)
    return np.unpackbits(bits, count=end, bitorder="little")[chunk.offset :].view(bool)


def _codes(column: pa.ChunkedArray) -> list[Any]:
    """Columns of whole numbers that are equal for equal values only. Nulls form one entity, as in SQL."""
    kind = column.type
    if is_whole(kind):
        values, present = numbers(column), not_null_in(column)
        return [values] if present is None else [np.where(present, values, values.dtype.type(0)), present]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        encoded = column.dictionary_encode(null_encoding="encode")
        return [np.concatenate([chunk.indices.to_numpy() for chunk in encoded.chunks])]
    raise NeedsEngine("an entity key that is neither text nor a whole number")
