"""A column as the statistics take it: values beside a null mask, and the same sorted once.

The mask alone says which rows are null. NaN is a value: it equals NaN, is not null, and has no place on the number line.

>>> column = Column.of([3.0, 1.0, float("nan"), 0.0], null=[False, False, False, True])
>>> SortedColumn.of(column)
SortedColumn(numbers=array([1., 3.]), rows=4, nulls=1, nans=1)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from registry.compute.stats.columns.moments import Shape, shape


class Column(NamedTuple):
    """``values`` (n,), ``null`` (n,) bool: true where the row has no value, whatever stands in ``values`` there."""

    values: NDArray[Any]
    null: NDArray[np.bool_]

    @classmethod
    def of(cls, values: ArrayLike | Sequence[Any], null: ArrayLike | None = None) -> Column:
        """Build from anything array-like; without a mask nothing is null. ValueError when the shapes differ."""
        array = np.asarray(values)
        mask = np.zeros(array.shape, dtype=bool) if null is None else np.asarray(null, dtype=bool)
        if array.ndim != 1 or mask.shape != array.shape:
            raise ValueError(f"A column is one row of values and a mask as long: {array.shape} and {mask.shape}.")
        return cls(array, mask)

    @property
    def present(self) -> NDArray[Any]:
        """The values that are not null, in their order."""
        return self.values[~self.null] if self.null.any() else self.values


@dataclass(frozen=True, eq=False)
class SortedColumn:
    """``numbers``: float64, ascending, infinities included, without nulls and NaN; the rest as counts of rows."""

    numbers: NDArray[np.float64]
    rows: int
    nulls: int
    nans: int

    @classmethod
    def of(cls, column: Column) -> SortedColumn:
        """Sort a numeric column: the one sort that every statistic of this side is taken from."""
        ordered = np.sort(column.present.astype(np.float64, copy=False))
        numbers = ordered[: np.searchsorted(ordered, np.nan)]
        rows = column.values.size
        return cls(numbers, rows, rows - ordered.size, ordered.size - numbers.size)

    @cached_property
    def shape(self) -> Shape:
        """Mean, deviation and number of distinct values, computed on first use."""
        return shape(self.numbers)

    @property
    def finite(self) -> NDArray[np.float64]:
        """The numbers without the infinities, ascending."""
        return self.numbers[self.numbers.searchsorted(-np.inf, side="right") : self.numbers.searchsorted(np.inf)]

    @property
    def null_share(self) -> float | None:
        """Nulls divided by rows; None without rows."""
        return self.nulls / self.rows if self.rows else None

    @property
    def nan_share(self) -> float | None:
        """NaN values divided by rows; None without rows."""
        return self.nans / self.rows if self.rows else None
