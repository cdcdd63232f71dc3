"""Numeric columns of few different values, counted instead of sorted: whole numbers, and decimals of a few digits, within
a short range. Minutes of delay, amounts in cents and shares in per cent are such columns.

A value is told by a whole number, its code: the value times a power of ten, less the lowest. Each value is held against
what its code stands for, to the last bit; one that is something else makes the column one to be sorted.

>>> import pyarrow as pa
>>> codes = Codes.of(pa.array([0.25, 0.5, None]))
>>> codes.add(pa.array([0.5, None, 0.25, 0.5])), codes.add(pa.array([0.123456]))
(True, False)
>>> codes.column()
SortedColumn(numbers=Tied(values=array([0.25, 0.5 ]), ends=array([1, 3])), rows=4, nulls=1, nans=0)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from registry.engines.nulls import null_rows
from registry.stats.column import SortedColumn
from registry.stats.tied import Tied

MOST = 1 << 16  # codes; the last is kept for nulls
SCALES = (1, 10, 100, 1_000, 10_000)
SAMPLED, LEAST_ROOM = 1_024, 1_024
AT_ONCE = 1 << 16  # rows: what is computed for them stays in the processor's own cache
WHOLE = 2**53  # float64 holds every whole number below


def _may_be_counted(kind: pa.DataType) -> bool:
    return pa.types.is_float64(kind) or pa.types.is_integer(kind)


class Codes:
    """The rows of each code. A value is ``(code + low) / scale``."""

    def __init__(self, low: int, scale: int) -> None:
        self.low, self.scale = low, scale
        self.counts = np.zeros(MOST, dtype=np.int64)
        self.rows = self.nulls = 0
        self.room, self.codes = np.empty(AT_ONCE), np.empty(AT_ONCE, dtype=np.uint16)
        self.same = np.empty(AT_ONCE, dtype=bool)

    @classmethod
    def of(cls, chunk: pa.Array) -> Codes | None:
        """By some of its values, with as much room below them as they are apart: low codes are counted quicker."""
        if not _may_be_counted(chunk.type):
            return None
        some = chunk.slice(0, AT_ONCE).drop_null()
        values = some.to_numpy()[:: max(len(some) // SAMPLED, 1)].astype(np.float64)
        if not values.size or not np.abs(values).max() < WHOLE / SCALES[-1]:
            return None
        for scale in SCALES:
            codes = np.rint(values * scale)
            if (codes / scale == values).all():
                span = int(codes.max() - codes.min())
                room = min(max(span, LEAST_ROOM), (MOST - 1 - span) // 2)
                return cls(int(codes.min()) - room, scale) if span < MOST // 2 else None
        return None

    def add(self, chunk: pa.Array) -> bool:
        """Count some more rows; False, and nothing to be relied on any more, when a value is of another kind."""
        if not _may_be_counted(chunk.type):  # files of one side may hold a column as other types
            return False
        values = np.frombuffer(chunk.buffers()[1], chunk.type.to_pandas_dtype())[chunk.offset :][: len(chunk)]
        for at in range(0, len(chunk), AT_ONCE):
            if not self._count(values[at : at + AT_ONCE], null_rows(chunk.slice(at, AT_ONCE))):
                return False
        self.rows, self.nulls = self.rows + len(chunk), self.nulls + chunk.null_count
        return bool(self.counts[-1] == self.nulls)  # else a value has the code of nulls

    def column(self) -> SortedColumn:
        """All that were counted."""
        counts = self.counts[:-1]
        there = np.flatnonzero(counts)
        numbers = Tied((there + self.low) / self.scale, np.cumsum(counts[there]))
        return SortedColumn(numbers, self.rows, self.nulls, 0)

    def _count(self, values: NDArray[np.generic], null: NDArray[np.bool_] | None) -> bool:
        room, codes, same = self.room[: values.size], self.codes[: values.size], self.same[: values.size]
        with np.errstate(invalid="ignore", over="ignore"):
            np.multiply(values, float(self.scale), out=room)
            room -= self.low - 0.5
            codes[:] = room  # cut off below the next whole number; what is out of range becomes some other code
            np.add(codes, float(self.low), out=room)
            room /= self.scale
            np.equal(room, values, out=same)
        if null is not None:
            np.putmask(codes, null, MOST - 1)
            same |= null
        if not same.all():
            return False
        found = np.bincount(codes)
        self.counts[: found.size] += found
        return True
