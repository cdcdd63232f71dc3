"""The differing share by a column's values or by month, of as many rows as there are, some at a time.

>>> months = ByMonth()
>>> months.add(np.array([True, False]), pa.array([datetime(2024, 3, 9), datetime(2024, 3, 31)]))
>>> months.as_list()
[{'slice': '2024-03', 'rows': 2, 'differ': 1, 'share': 0.5}]
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime  # noqa: F401 - for the example
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from registry.compute.kinds.parity.plain_layout import has_order, plain_layout
from registry.compute.kinds.parity.row_parity import shown_rows
from registry.compute.stats.python_values import shown_values

Mask = NDArray[np.bool_]

AT_ONCE = 1 << 20  # partial counts; more are added up
MOST_DAYS = 100_000  # between the first and the last row, to count them all


class ByValue:
    """Rows and differing rows of each value, in order; null last."""

    def __init__(self) -> None:
        self._parts: list[pa.Table] = []

    def add(self, differs: Mask, column: pa.Array | pa.ChunkedArray) -> None:
        """ValueError when the column is of another length."""
        if len(column) != differs.size:
            raise ValueError(f"{len(column)} labels for {differs.size} rows.")
        ones = np.ones(differs.size, dtype=np.int64)
        part = pa.table({"slice": _plain(column), "rows": ones, "differ": differs.astype(np.int64)})
        self._parts.append(_added_up(part))
        if sum(table.num_rows for table in self._parts) > AT_ONCE:
            self._parts = [_added_up(pa.concat_tables(self._parts))]

    def as_list(self, most: int | None = None) -> list[dict[str, Any]]:
        """Of the first ``most`` values."""
        if not self._parts:
            return []
        whole = _added_up(pa.concat_tables(self._parts))
        order = pc.sort_indices(whole["slice"])
        return [_slice(**row) for row in shown_rows(whole.take(order[:most]))]


class ByMonth:
    """The same by month, written 2024-03, of a column of dates or moments; rows without one stand last."""

    def __init__(self) -> None:
        self._rows: Counter[int | None] = Counter()
        self._differ: Counter[int | None] = Counter()

    def add(self, differs: Mask, column: pa.Array | pa.ChunkedArray) -> None:
        """ValueError when the column is of another length."""
        moments = column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()
        timeless = np.isnat(moments)
        if timeless.any():
            self._rows[None] += int(np.count_nonzero(timeless))
            self._differ[None] += int(np.count_nonzero(timeless & differs))
            moments, differs = moments[~timeless], differs[~timeless]
        if moments.size:
            self._count(differs, moments)

    def as_list(self, most: int | None = None) -> list[dict[str, Any]]:
        """Of the first ``most`` months."""
        months = sorted(self._rows, key=lambda month: (month is None, month))[:most]
        names = {month: None if month is None else str(np.datetime64(month, "M")) for month in months}
        return [_slice(names[month], self._rows[month], self._differ[month]) for month in months]

    def _count(self, differs: Mask, moments: NDArray[np.datetime64]) -> None:
        first, last = (end.astype("datetime64[M]").astype(int) for end in (moments.min(), moments.max()))
        if first == last:  # as it mostly is where rows come in the order of time
            self._rows[int(first)] += moments.size
            self._differ[int(first)] += int(np.count_nonzero(differs))
            return
        # To months at once would be calendar arithmetic for each row; days are a division.
        days = _days(moments)
        first = int(days.min())
        if int(days.max()) - first > MOST_DAYS:
            different, codes = np.unique(days, return_inverse=True)
        else:
            codes = days - first
            different = np.arange(int(codes.max()) + 1) + first
        months = different.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64).tolist()
        for counter, chosen in ((self._rows, codes), (self._differ, codes[differs])):
            counted = np.bincount(chosen, minlength=len(months))
            for at in np.flatnonzero(counted).tolist():
                counter[months[at]] += int(counted[at])


def _days(moments: NDArray[np.datetime64]) -> NDArray[np.int64]:
    unit = np.datetime_data(moments.dtype)[0]
    in_a_day = {"D": 1, "s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}[unit]
    return moments.view(np.int64) // in_a_day


def _plain(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Something that can be grouped and ordered."""
    if not has_order(plain_layout(column[:0]).type):  # these have no order: their text has
        return pa.array([None if value is None else str(value) for value in shown_values(column)], pa.string())
    return plain_layout(column)


def _added_up(part: pa.Table) -> pa.Table:
    counted = part.group_by("slice", use_threads=False).aggregate([("rows", "sum"), ("differ", "sum")])
    return counted.rename_columns({"rows_sum": "rows", "differ_sum": "differ"})


def _slice(slice: Any, rows: int, differ: int) -> dict[str, Any]:
    return {"slice": slice, "rows": rows, "differ": differ, "share": differ / rows}
