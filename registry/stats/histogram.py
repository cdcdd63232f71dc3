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

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

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


class Counted(NamedTuple):
    """One side at given edges: numbers below each inner edge, numbers outside of all edges, numbers in all, nulls, NaN."""

    below: NDArray[np.int64]
    outside: int
    numbers: int
    nulls: int
    nans: int


def overlay(reference: SortedColumn, current: SortedColumn, *, bins: int = 40) -> Histogram:
    """Both sides counted over ``bins`` bins of one width; each bin holds its lower edge, the last one both."""
    # Half of each value and doubled again: the difference of two huge numbers would overflow.
    ends = [quantiles(side.finite, ROBUST_RANGE, factor=0.5) for side in (reference, current) if side.finite.size]
    edges = edges_between(ends, bins)
    return histogram_of(edges, _counted(reference, edges), _counted(current, edges))


def edges_between(halved_ends: Sequence[NDArray[np.float64]], bins: int = 40) -> NDArray[np.float64]:
    """The edges of so many bins from the halves of each side's lower and upper end; none without a side."""
    if not halved_ends:
        return np.array([])
    low, high = min(end[0] for end in halved_ends), max(end[1] for end in halved_ends)
    if not low < high:
        room = max(abs(low) / 100, 0.25)
        low, high = low - room, high + room
    largest = np.finfo(np.float64).max
    with np.errstate(over="ignore"):
        return np.clip(np.linspace(low, high, bins + 1) * 2, -largest, largest)


def histogram_of(edges: NDArray[np.float64], reference: Counted, current: Counted) -> Histogram:
    """The histogram of sides that were counted at these edges, wherever they are."""
    bins = [
        tuple(np.diff(side.below, prepend=0, append=side.numbers).tolist()) if edges.size else ()
        for side in (reference, current)
    ]
    return Histogram(
        tuple(edges.tolist()),
        bins[0],
        bins[1],
        reference.outside,
        current.outside,
        reference.nulls,
        current.nulls,
        reference.nans,
        current.nans,
        _sentence(edges, reference.outside, current.outside),
    )


def _counted(side: SortedColumn, edges: NDArray[np.float64]) -> Counted:
    numbers, beside = int(side.numbers.size), (side.nulls, side.nans)
    if not edges.size:
        return Counted(np.array([], dtype=np.int64), numbers, numbers, *beside)
    below = np.searchsorted(side.numbers, edges[1:-1], side="left")
    inside = np.searchsorted(side.numbers, edges[-1], side="right") - np.searchsorted(side.numbers, edges[0])
    return Counted(below, int(numbers - inside), numbers, *beside)


def _sentence(edges: NDArray[np.float64], outside_ref: int, outside_cur: int) -> str:
    if not edges.size:
        return "Neither side has finite numbers to show."
    if not (outside_ref or outside_cur):
        return "Every number lies inside of the range shown."
    return (
        f"{outside_ref:,} reference and {outside_cur:,} current values lie outside of {edges[0]:.4g} to "
        f"{edges[-1]:.4g} and are counted in the outer bins."
    )
