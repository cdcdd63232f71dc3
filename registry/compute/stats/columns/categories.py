"""Categories of both sides: counted, lined up, new and gone ones named.

>>> both = line_up({"AA": 3, "UA": 1}, {"AA": 2, "WN": 2})
>>> both.names, both.new, both.gone.count
(('AA', 'UA', 'WN'), Only(count=1, names=('WN',)), 1)
>>> l_infinity(both, reference_rows=4, current_rows=4)
0.5
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.columns.column import Column

NAMED = 20


class Only(NamedTuple):
    """Categories that one side alone has: how many, and the names of the first 20."""

    count: int  # type: ignore[assignment]  # hides tuple.count, which nothing calls; stored reports have this name
    names: tuple[Any, ...]


class Categories(NamedTuple):
    """``names`` of every category of either side in a fixed order, and each side's counts, (k,) int64."""

    names: Sequence[Any]
    reference: NDArray[np.int64]
    current: NDArray[np.int64]

    @property
    def new(self) -> Only:
        """Categories that only the current side has."""
        return self._only((self.reference == 0) & (self.current > 0))

    @property
    def gone(self) -> Only:
        """Categories that only the reference has."""
        return self._only((self.reference > 0) & (self.current == 0))

    def _only(self, mask: NDArray[np.bool_]) -> Only:
        places = np.flatnonzero(mask)
        return Only(places.size, tuple(self.names[index] for index in places[:NAMED].tolist()))


def count(column: Column) -> dict[Hashable, int]:
    """Rows of each value that is not null; every NaN is the one category ``"NaN"``. TypeError for unhashable values."""
    counted = Counter(column.present.tolist())
    # NaN differs from itself, so a counter keeps one entry for each object.
    nans = [value for value in counted if value != value]
    if nans:
        counted["NaN"] += sum(counted.pop(value) for value in nans)
    return dict(counted)


def line_up(reference: Mapping[Any, int], current: Mapping[Any, int]) -> Categories:
    """Both sides' counts over the categories of either."""
    names = tuple(sorted({*reference, *current}, key=repr))
    return Categories(names, _counts(reference, names), _counts(current, names))


def shares(counts: NDArray[np.int64], nulls: int) -> NDArray[np.float64]:
    """Shares of all rows, nulls as the last bin: (k + 1,). ValueError without rows."""
    with_nulls = np.append(counts, nulls)
    if not with_nulls.any():
        raise ValueError("A side without rows has no shares.")
    of_all: NDArray[np.float64] = with_nulls / with_nulls.sum()
    return of_all


def l_infinity(both: Categories, *, reference_rows: int, current_rows: int) -> float:
    """The largest change of one category's share of all rows, 0..1; 0 without categories."""
    changes = np.abs(both.current / current_rows - both.reference / reference_rows)
    return float(changes.max(initial=0.0))


def _counts(counted: Mapping[Any, int], names: tuple[Any, ...]) -> NDArray[np.int64]:
    return np.fromiter((counted.get(name, 0) for name in names), dtype=np.int64, count=len(names))
