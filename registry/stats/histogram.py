"""Histograms of both sides over shared edges, for the overlaid chart.

The edges span the 0.5th to the 99.5th percentile of either side's finite numbers, whichever reaches further, so that
a few far values do not flatten the picture. What lies outside is counted in the outer bins, and said.

>>> from registry.stats.column import Column, SortedColumn
>>> import numpy as np
>>> side = SortedColumn.of(Column.of(np.append(np.arange(1000.0), 1e9)))
>>> chart = overlay(side, side, bins=5)
>>> sum(chart.reference), chart.outside_ref, round(chart.edges[-1])
(1001, 10, 995)
>>> chart.sentence
'10 reference and 10 current values lie outside of 5 to 995 and are counted in the outer bins.'
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.stats.column import SortedColumn
from registry.stats.ordered import quantiles

ROBUST_RANGE = np.array([0.005, 0.995])


@dataclass(frozen=True)
class Histogram:
    """``edges`` (bins + 1,), ascending and finite; ``reference`` and ``current`` (bins,) rows in each bin.

    Empty when neither side has finite numbers. ``nulls_*`` and ``nans_*`` are rows that no bin can show.
    """

    edges: tuple[float, ...]
    reference: tuple[int, ...]
    current: tuple[int, ...]
    outside_ref: int
    outside_cur: int
    nulls_ref: int
    nulls_cur: int
    nans_ref: int
    nans_cur: int
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def overlay(reference: SortedColumn, current: SortedColumn, *, bins: int = 40) -> Histogram:
    """Both sides counted over ``bins`` bins of one width; each bin holds its lower edge, the last one both."""
    edges = _edges(reference, current, bins)
    outside_ref, outside_cur = _outside(reference, edges), _outside(current, edges)
    return Histogram(
        tuple(edges.tolist()),
        _counts(reference, edges),
        _counts(current, edges),
        outside_ref,
        outside_cur,
        reference.nulls,
        current.nulls,
        reference.nans,
        current.nans,
        _sentence(edges, outside_ref, outside_cur),
    )


def _edges(reference: SortedColumn, current: SortedColumn, bins: int) -> NDArray[np.float64]:
    # Half of each value and doubled again: the difference of two huge numbers would overflow.
    ends = [quantiles(side.finite, ROBUST_RANGE, factor=0.5) for side in (reference, current) if side.finite.size]
    if not ends:
        return np.array([])
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    if not low < high:
        room = max(abs(low) / 100, 0.25)
        low, high = low - room, high + room
    largest = np.finfo(np.float64).max
    with np.errstate(over="ignore"):
        return np.clip(np.linspace(low, high, bins + 1) * 2, -largest, largest)


def _counts(side: SortedColumn, edges: NDArray[np.float64]) -> tuple[int, ...]:
    if not edges.size:
        return ()
    below = np.searchsorted(side.numbers, edges[1:-1], side="left")
    return tuple(np.diff(below, prepend=0, append=side.numbers.size).tolist())


def _outside(side: SortedColumn, edges: NDArray[np.float64]) -> int:
    if not edges.size:
        return int(side.numbers.size)
    below = np.searchsorted(side.numbers, edges[0], side="left")
    return int(below + side.numbers.size - np.searchsorted(side.numbers, edges[-1], side="right"))


def _sentence(edges: NDArray[np.float64], outside_ref: int, outside_cur: int) -> str:
    if not edges.size:
        return "Neither side has finite numbers to show."
    if not (outside_ref or outside_cur):
        return "Every number lies inside of the range shown."
    return (
        f"{outside_ref:,} reference and {outside_cur:,} current values lie outside of {edges[0]:.4g} to "
        f"{edges[-1]:.4g} and are counted in the outer bins."
    )
