"""A table's rows entity after entity, each entity's by its moment and the row key; what an Arrow column holds as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

try:
    from registry.compute.sandbox.row_order import in_order, order
except ModuleNotFoundError:  # as in `array_windows`
    from row_order import in_order, order


class NotComputable(Exception):
    """These rows are the engine's to compute; the message says why."""


class Ordered:
    """``places`` (rows,): where the rows of the order stand in the table; ``starts``: where in the order each entity
    begins. NotComputable without rows, and where a null, a float or a text leaves open what the order is."""

    def __init__(self, table: pa.Table, entity: Sequence[str], by: Sequence[str]) -> None:
        if not table.num_rows:
            raise NotComputable("there is no row")
        if any(table[name].null_count for name in by):
            raise NotComputable("a null is no moment and no key")
        self.table, self.by = table.select(by), by
        self._joined: dict[str, Any] = {}
        codes = [code for name in entity for code in _codes(table[name])]
        # As many columns of the order as leave no two rows of an entity tied; one more where they do.
        self.untied = len(by) + 1
        if self._stand_in_order():
            (self.places, self.starts), self.untied = order(codes), len(by)
        else:
            self.places, self.starts = self._sorted(codes)
        if not all(is_whole(table[name].type) for name in by):
            self._by_moment_alone()

    def note_ties(self, tied: Any, rows: Any, entities: Any, columns: int) -> None:
        """Set ``tied`` where one of these rows ties with another of its entity in the first so many columns."""
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
        """Whether the table's rows stand by moment and key already, no two of them tied."""
        if not all(is_whole(self.table[name].type) for name in self.by):
            return False
        last: list[Any] = []
        for batch in self.table.to_batches():
            now = [numbers(pa.chunked_array([column])) for column in batch.columns]
            joined = [np.append(one[-1:], other) for one, other in zip(last, now, strict=True)] if last else now
            if not in_order(joined, strictly=True):
                return False
            last = now if batch.num_rows else last
        return True

    def _sorted(self, codes: Sequence[Any]) -> tuple[Any, Any]:
        by = [self._numbers(name) for name in self.by if is_whole(self.table[name].type)]
        standing = next(begin for begin in range(len(by) + 1) if in_order(by[begin:]))
        return order(codes, by[:standing])

    def _by_moment_alone(self) -> None:
        """A key that is no number needs none, as long as an entity has no two rows of one moment."""
        if not is_whole(self.table[self.by[0]].type) or self._tied(self.places, self.starts, 1).any():
            raise NotComputable("rows of one moment, and a key that is no number")
        self.untied = 1

    def _numbers(self, name: str) -> Any:
        if name not in self._joined:
            self._joined[name] = numbers(self.table[name])
        return self._joined[name]


def is_whole(kind: pa.DataType) -> bool:
    """Whether whole numbers stand for values of this type, in their order."""
    return pa.types.is_integer(kind) or pa.types.is_date(kind) or pa.types.is_timestamp(kind)


def numbers(column: pa.ChunkedArray) -> Any:
    """The numbers of a column of fixed width, whatever stands where it is null."""
    kind = column.type
    width = np.dtype(f"i{kind.bit_width // 8}") if not is_number(kind) else np.dtype(kind.to_pandas_dtype())
    parts = [
        np.frombuffer(chunk.buffers()[1], width, len(chunk), chunk.offset * width.itemsize)
        for chunk in column.chunks
        if len(chunk)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, width), *parts])


def is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_float32(kind) or pa.types.is_float64(kind)


def there_in(column: pa.ChunkedArray) -> Any:
    """Which rows have a value; None where all have."""
    if not column.null_count:
        return None
    return np.concatenate([_there(chunk) for chunk in column.chunks])


def _there(chunk: pa.Array) -> Any:
    if not chunk.null_count:
        return np.ones(len(chunk), dtype=bool)
    bits = np.frombuffer(chunk.buffers()[0], np.uint8)
    end = chunk.offset + len(chunk)
    return np.unpackbits(bits, count=end, bitorder="little")[chunk.offset :].view(bool)


def _codes(column: pa.ChunkedArray) -> list[Any]:
    """Whole numbers for each value, others for each other. Nulls are one entity, as they are to SQL."""
    kind = column.type
    if is_whole(kind):
        values, there = numbers(column), there_in(column)
        return [values] if there is None else [np.where(there, values, values.dtype.type(0)), there]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        told = column.dictionary_encode(null_encoding="encode")
        return [np.concatenate([chunk.indices.to_numpy() for chunk in told.chunks])]
    raise NotComputable("an entity that is neither text nor a whole number")
