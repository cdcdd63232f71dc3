"""Turn the aggregates that an engine computed for two numeric columns into their Comparison.

>>> edges_of(Facts(rows=3, numbers=3, least=0.0, greatest=9.0), {0: 0.0, 1: 1.0, 2: 9.0})[-1].item()
7.4
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.catalogue import measured
from registry.compute.stats.columns.binning import DECILES, Shares
from registry.compute.stats.comparison import ColumnKind, Comparison, absent, change
from registry.compute.stats.distances.jensen_shannon import jensen_shannon
from registry.compute.stats.distances.ks import ks_p
from registry.compute.stats.distances.psi import psi
from registry.compute.stats.distances.wasserstein import normed, why_unbounded
from registry.compute.stats.noise import change_floors
from registry.compute.stats.result import Statistic


class Facts(NamedTuple):
    """One side: how many rows it has, how many are null, NaN, numbers and finite; extremes with and without infinities."""

    rows: int = 0
    nulls: int = 0
    nans: int = 0
    numbers: int = 0
    least: float | None = None
    greatest: float | None = None
    finite: int = 0
    finite_least: float | None = None
    finite_greatest: float | None = None

    @classmethod
    def of(cls, row: Sequence[Any]) -> Facts:
        """From one row of the statement ``facts``."""
        _, rows, values, nans, least, greatest, *finite = row
        return cls(rows, rows - values, nans, values - nans, least, greatest, *finite)

    def share(self, count: int) -> float | None:
        return count / self.rows if self.rows else None


class Moments(NamedTuple):
    """KS and Wasserstein; of the reference's finite values the mean, in units of ``scale``, and the standard deviation, in
    the column's own unit."""

    ks: float = 0.0
    wasserstein: float = 0.0
    mean: float = 0.0
    scale: float = 1.0
    deviation: float = 0.0

    def with_deviation(self, sums: Sequence[float | None], finite: int) -> Moments:
        """Add the deviation (ddof 0) from the sums of deviations from the mean and of their squares."""
        if not finite:
            return self
        off, square = (float(total or 0.0) / finite for total in sums)
        # The mean was rounded: the squares are corrected for that (Chan, Golub and LeVeque 1983).
        return self._replace(deviation=math.sqrt(max(square - off * off, 0.0)) * self.scale)


def power_of_two(*sides: Facts) -> float:
    """A power of two near the largest finite magnitude of the sides; 1 when there is none."""
    extremes = [abs(end) for side in sides for end in (side.finite_least, side.finite_greatest) if end is not None]
    largest = max(extremes, default=0.0)
    return math.ldexp(1.0, math.frexp(largest)[1] - 1) if largest else 1.0


def ranks_of(numbers: int) -> list[int]:
    """The ranks, counted from 0, of the order statistics between which the deciles of ``numbers`` values lie."""
    if not numbers:
        return []
    lower = np.floor((numbers - 1) * DECILES).astype(int)
    return sorted({*lower.tolist(), *np.minimum(lower + 1, numbers - 1).tolist()})


def edges_of(reference: Facts, order: Mapping[int, float]) -> NDArray[np.float64]:
    """The inner edges of ``registry.compute.stats.columns.binning`` from the order statistics of ``ranks_of``."""
    if not reference.numbers:
        return np.array([])
    if reference.least is not None and reference.least == reference.greatest:
        return np.unique([reference.least, math.nextafter(reference.least, math.inf)])
    index = (reference.numbers - 1) * DECILES
    lower = np.floor(index).astype(int)
    below = np.array([order[rank] for rank in lower.tolist()])
    above = np.array([order[min(rank + 1, reference.numbers - 1)] for rank in lower.tolist()])
    weight = index - lower
    with np.errstate(invalid="ignore", over="ignore"):
        # From the nearer neighbour, as numpy.quantile does, so that the edges are equal to the last bit.
        step = above - below
        edges = np.where(weight >= 0.5, above - step * (1 - weight), below + step * weight)
    return np.unique(np.where(np.isfinite(edges), edges, below))


def moments(row: Sequence[Any], reference: Facts, scale: float, reference_scale: float) -> Moments:
    """From the first five columns of the statement ``distances``."""
    ks, widest, area, endless, total = row
    # The width of a step may exceed float64 even if the area does not.
    beyond = endless or math.isinf((widest or 0.0) * scale)
    mean = (total or 0.0) / reference.finite if reference.finite else 0.0
    return Moments(ks, math.inf if beyond else (area or 0.0) * scale, mean, reference_scale)


def shares(reference: Facts, current: Facts, below: Sequence[int], current_below: Sequence[int]) -> Shares:
    """The shares of the bins, from the number of values below each edge."""
    with_nan = bool(reference.nans or current.nans)
    return Shares(_shares(reference, below, with_nan), _shares(current, current_below, with_nan), len(below) + 1)


def result(reference: Facts, current: Facts, measured_moments: Moments | None, bins: Shares | None) -> Comparison:
    """The Comparison that ``compare_numeric`` would return; ``bins`` is None when a side has no rows."""
    has = bool(reference.rows), bool(current.rows)
    shape = absent(("psi", "jensen_shannon"), *has, "rows")
    if bins:
        shape = [measured(name, of(bins.reference, bins.current)) for name, of in SHAPES]
    null_shares = reference.share(reference.nulls), current.share(current.nulls)
    statistics = (
        *_distances(reference, current, measured_moments),
        *shape,
        change("null_share_change", *null_shares),
        change("nan_share_change", reference.share(reference.nans), current.share(current.nans)),
    )
    counts = {"bins": bins.bins if bins else 0}
    counted = {
        "null_share_change": (reference.nulls, current.nulls),
        "nan_share_change": (reference.nans, current.nans),
    }
    floors = change_floors(counted, reference.rows, current.rows)
    return Comparison(ColumnKind.NUMERIC, reference.rows, current.rows, *null_shares, counts, statistics, floors=floors)


SHAPES = (("psi", psi), ("jensen_shannon", jensen_shannon))


def _distances(reference: Facts, current: Facts, measured_moments: Moments | None) -> list[Statistic]:
    names = ("ks", "ks_p", "wasserstein", "wasserstein_normed")
    if measured_moments is None:
        return absent(names, bool(reference.rows), bool(current.rows), "rows")
    if not (reference.numbers and current.numbers):
        return absent(names, bool(reference.numbers), bool(current.numbers), "numbers")
    constant = reference.finite_least == reference.finite_greatest
    return [
        measured("ks", measured_moments.ks),
        measured(
            "ks_p",
            ks_p(measured_moments.ks, reference.numbers, current.numbers),
            "Too few values for the asymptotic p.",
        ),
        measured("wasserstein", measured_moments.wasserstein, why_unbounded(measured_moments.wasserstein)),
        measured(
            "wasserstein_normed",
            normed(measured_moments.wasserstein, 0.0 if constant else measured_moments.deviation),
            why_unbounded(measured_moments.wasserstein),
        ),
    ]


def _shares(side: Facts, below: Sequence[int], with_nan: bool) -> NDArray[np.float64]:
    counts = np.diff(np.array(below, dtype=np.int64), prepend=0, append=side.numbers)
    beside = [side.nulls, side.nans] if with_nan else [side.nulls]
    return np.concatenate([counts, beside]) / side.rows
