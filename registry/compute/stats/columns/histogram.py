"""Histograms of both sides over shared edges, for the overlaid chart.

The edges span the 0.5th to the 99.5th percentile of either side's finite numbers, whichever reaches further, so that
a few far values do not flatten the picture. What lies outside is counted in the outer bins, and said.

>>> from registry.compute.stats.columns.column import Column, SortedColumn
>>> import numpy as np
>>> side = SortedColumn.of(Column.of(np.append(np.arange(1000.0), 1e9)))
>>> chart = overlay(side, side, bins=5)
>>> sum(chart.reference), chart.outside_ref, round(chart.edges[-1])
(1001, 10, 995)
>>> chart.sentence
'10 reference and 10 current values lie outside of 5 to 995 and are counted in the outer bins.'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.columns.column import SortedColumn
from registry.compute.stats.columns.quantiles import quantiles

BINS = 40
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


def overlay(reference: SortedColumn, current: SortedColumn, *, bins: int = BINS) -> Histogram:
    """Both sides counted over ``bins`` bins of one width; each bin holds its lower edge, the last one both."""
    sides = (reference, current)
    # Half of each value and doubled again: the difference of two huge numbers would overflow.
    ends = [quantiles(side.finite, ROBUST_RANGE, factor=0.5) for side in sides if side.finite.size]
    edges = edges_between([(float(low), float(high)) for low, high in ends], bins)
    below = [_below(side, edges) for side in sides]
    return histogram(edges, below, nulls=[side.nulls for side in sides], nans=[side.nans for side in sides])


def edges_between(halves: Sequence[tuple[float, float]], bins: int) -> NDArray[np.float64]:
    """The edges that span every side's range, given as half of its lowest and half of its highest value."""
    if not halves:
        return np.array([])
    low, high = min(end[0] for end in halves), max(end[1] for end in halves)
    if not low < high:
        room = max(abs(low) / 100, 0.25)
        low, high = low - room, high + room
    largest = np.finfo(np.float64).max
    with np.errstate(over="ignore"):
        return np.clip(np.linspace(low, high, bins + 1) * 2, -largest, largest)


def histogram(
    edges: NDArray[np.float64], below: Sequence[NDArray[np.int64]], *, nulls: Sequence[int], nans: Sequence[int]
) -> Histogram:
    """From counts, reference first. ``below``: per side its numbers, those below each of the edges, those up to the last."""
    reference, current = (_counts(side) for side in below)
    outside = [int(side[0] if not edges.size else side[1] + side[0] - side[-1]) for side in below]
    return Histogram(
        tuple(edges.tolist()),
        reference,
        current,
        outside_ref=outside[0],
        outside_cur=outside[1],
        nulls_ref=nulls[0],
        nulls_cur=nulls[1],
        nans_ref=nans[0],
        nans_cur=nans[1],
        sentence=_sentence(edges, *outside),
    )


def _below(side: SortedColumn, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    if not edges.size:
        return np.array([side.numbers.size])
    below = side.numbers.searchsorted(edges, side="left")
    return np.array([side.numbers.size, *below, side.numbers.searchsorted(edges[-1], side="right")])


def _counts(below: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(np.diff(below[2:-2], prepend=0, append=below[0]).tolist()) if below.size > 1 else ()


def _sentence(edges: NDArray[np.float64], outside_ref: int, outside_cur: int) -> str:
    if not edges.size:
        return "Neither side has finite numbers to show."
    if not (outside_ref or outside_cur):
        return "Every number lies inside of the range shown."
    return (
        f"{outside_ref:,} reference and {outside_cur:,} current values lie outside of {edges[0]:.4g} to "
        f"{edges[-1]:.4g} and are counted in the outer bins."
    )
