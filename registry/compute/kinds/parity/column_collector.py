"""The values of one side that come some at a time, for the distribution tests: numbers to be sorted, others counted.

>>> side = Numbers()
>>> side.add(Column.of([3.0, 1.0, 0.0], null=[False, False, True]))
>>> side.sorted_column()
SortedColumn(numbers=array([1., 3.]), rows=3, nulls=1, nans=0)
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.compute.kinds.parity.row_parity import distributions
from registry.compute.stats.columns import categories
from registry.compute.stats.columns.column import Column, SortedColumn
from registry.compute.stats.columns.histogram import overlay
from registry.compute.stats.distribution import compare_counts, compare_sorted


class Numbers:
    """Numbers, kept until they are sorted: copies, since a few of a batch's would keep all of it in memory."""

    MORE = 1 << 20  # at most that there is room for before they come

    def __init__(self) -> None:
        self._values: NDArray[np.float64] = np.empty(0)
        self._rows = self._filled = 0

    def add(self, column: Column) -> None:
        present = column.present
        end = self._filled + present.size
        if end > self._values.size:
            # Grown where it stands: moving pages costs less than copying them when all are there.
            self._values.resize(end + min(self._filled, self.MORE), refcheck=False)
        self._values[self._filled : end] = present
        self._rows, self._filled = self._rows + column.values.size, end

    def sorted_column(self) -> SortedColumn:
        """All of them, sorted; to be asked once: they are let go."""
        values, self._values = self._values[: self._filled], np.empty(0)
        values.sort()
        numbers = values[: np.searchsorted(values, np.nan)]
        return SortedColumn(numbers, self._rows, self._rows - values.size, values.size - numbers.size)


class Counts:
    """Values of any type, the rows of each counted."""

    def __init__(self) -> None:
        self.counted: Counter[Any] = Counter()
        self.nulls = 0

    def add(self, column: Column) -> None:
        self.counted.update(categories.count(column))
        self.nulls += int(np.count_nonzero(column.null))


def compared(trained: Numbers | Counts, current: Numbers | Counts, mismatch_rate: float | None) -> dict[str, Any]:
    """What the distribution tests say of both sides, beside what the rows do."""
    if isinstance(trained, Numbers) and isinstance(current, Numbers):
        sides = trained.sorted_column(), current.sorted_column()
        return distributions(compare_sorted(*sides), overlay(*sides).as_dict(), mismatch_rate)
    assert isinstance(trained, Counts) and isinstance(current, Counts)  # noqa: PT018 - both are made as one kind
    counted = compare_counts(
        trained.counted, current.counted, reference_nulls=trained.nulls, current_nulls=current.nulls
    )
    return distributions(counted, None, mismatch_rate)
