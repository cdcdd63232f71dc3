"""The first rows by an order, of rows that come some at a time and in none: only what may be among them is held.

>>> first = FirstRows(2, {"size": "descending", "id": "ascending"})
>>> first.add(pa.table({"size": [1.0, 3.0], "id": [1, 2]}))
>>> first.add(pa.table({"size": [3.0, 2.0], "id": [0, 4]}))
>>> first.table().to_pydict()
{'size': [3.0, 3.0], 'id': [0, 2]}
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


class FirstRows:
    """``most`` of them; ``order``: names of columns, each `ascending` or `descending`; null last. As they
    come where there is none."""

    HELD = 4_096  # at least, before they are put in order

    def __init__(self, most: int, order: Mapping[str, str]) -> None:
        self.most, self.order = most, dict(order)
        self._held: list[pa.Table] = []
        self._bound: Any = None  # of the first column: no row behind it can be among the first

    def add(self, rows: pa.Table, chosen: NDArray[np.bool_] | None = None) -> None:
        """Some more rows, or those of them that are chosen."""
        near = self._near(rows, None if chosen is None else pa.array(chosen))
        if near.num_rows:
            self._held.append(near)
        if sum(table.num_rows for table in self._held) > max(2 * self.most, self.HELD):
            self._trim()

    def table(self) -> pa.Table | None:
        """The first rows, in order; None when none were ever offered."""
        if not self._held:
            return None
        self._trim()
        return self._held[0]

    def _near(self, rows: pa.Table, chosen: pa.Array | None) -> pa.Table:
        """The chosen rows that may be among the first."""
        if self._bound is not None:
            column, way = next(iter(self.order.items()))
            compare = pc.less_equal if way == "ascending" else pc.greater_equal
            near = compare(rows[column], self._bound)
            chosen = near if chosen is None else pc.and_(near, pa.chunked_array([chosen]))
        return rows if chosen is None else rows.filter(chosen)

    def _trim(self) -> None:
        held = pa.concat_tables(self._held)
        if self.order:
            held = held.take(pc.sort_indices(held, sort_keys=list(self.order.items()))[: self.most])
        self._held = [held.slice(0, self.most).combine_chunks()]
        if self.order and self._held[0].num_rows == self.most:
            last = self._held[0][next(iter(self.order))][-1]
            unordered = not last.is_valid or (pa.types.is_floating(last.type) and math.isnan(last.as_py()))
            self._bound = None if unordered else last
