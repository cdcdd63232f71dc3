"""Bins of a numeric column: cut at the reference's deciles, nulls in a bin of their own.

Edges are the nine deciles of the reference's numbers (linear interpolation), each once; the outer bins reach to
infinity, and a value on an edge belongs to the bin above. A constant reference gets three bins, below, at and above
its value, so that a move in either direction is seen. NaN values get one more bin when a side has any.

>>> from registry.compute.stats.columns.column import Column, SortedColumn
>>> reference = SortedColumn.of(Column.of([5.0, 5.0]))
>>> inner_edges(reference)
array([5., 5.])
>>> binned(reference, SortedColumn.of(Column.of([7.0, 5.0, 0.0, 0.0], null=[False, False, False, True]))).current
array([0.25, 0.25, 0.25, 0.25])
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.columns.column import SortedColumn
from registry.compute.stats.columns.quantiles import quantiles

# Not linspace: its third is above 0.3 by a bit, which lifts an edge off the value that it should be.
DECILES = np.arange(1, 10) / 10


class Shares(NamedTuple):
    """``reference`` and ``current``: shares of all rows, (bins + 1 for nulls [+ 1 for NaN],), each adding up to 1.

    ``bins`` counts the bins of numbers alone.
    """

    reference: NDArray[np.float64]
    current: NDArray[np.float64]
    bins: int


def inner_edges(reference: SortedColumn) -> NDArray[np.float64]:
    """The ascending edges between the bins; none when the reference has no numbers."""
    numbers = reference.numbers
    if not numbers.size:
        return np.empty(0)
    if numbers[0] == numbers[-1]:
        return np.unique([numbers[0], math.nextafter(numbers[0], math.inf)])
    with np.errstate(invalid="ignore", over="ignore"):
        edges = quantiles(numbers, DECILES)
    if not np.isfinite(edges).all():
        # Between infinities linear interpolation gives NaN: the lower neighbour is the decile there.
        edges = np.where(np.isfinite(edges), edges, numbers[((numbers.size - 1) * DECILES).astype(np.intp)])
    return np.unique(edges)


def binned(reference: SortedColumn, current: SortedColumn) -> Shares:
    """Both sides' shares over the reference's bins. ValueError when a side has no rows."""
    if not (reference.rows and current.rows):
        raise ValueError("A side without rows has no shares.")
    edges = inner_edges(reference)
    with_nan = bool(reference.nans or current.nans)
    return Shares(_shares(reference, edges, with_nan), _shares(current, edges, with_nan), edges.size + 1)


def _shares(side: SortedColumn, edges: NDArray[np.float64], with_nan: bool) -> NDArray[np.float64]:
    below = side.numbers.searchsorted(edges, side="left")
    counts = np.diff(below, prepend=0, append=side.numbers.size)
    beside = [side.nulls, side.nans] if with_nan else [side.nulls]
    return np.concatenate([counts, beside]) / side.rows
