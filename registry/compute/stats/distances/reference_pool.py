"""A pool of reference values, with which many small samples are compared: each Wasserstein distance in O(n log N).

With the pool's running sums ∫F is known at every point, so that between two values of the sample, where its own function
is level at k/n, the area between both is had from where F passes k/n, without walking through the pool.

>>> import numpy as np
>>> Pool.of(np.array([0.0, 1.0, 2.0, 3.0])).distance(np.array([1.0, 4.0]))
1.0
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.distances.ecdf import steps
from registry.compute.stats.distances.wasserstein import wasserstein

Floats = NDArray[np.float64]


class Pool(NamedTuple):
    """``values``: (N,) ascending, less ``origin``; ``sums``: (N + 1,) of the values before each place."""

    values: Floats
    sums: Floats
    origin: float

    @classmethod
    def of(cls, ascending: Floats) -> Pool:
        """From ascending values without NaN; infinite ones are allowed."""
        origin = float(np.median(ascending)) if ascending.size else 0.0
        origin = origin if np.isfinite(origin) else 0.0
        with np.errstate(invalid="ignore", over="ignore"):
            values = ascending - origin  # nearer to zero, where sums lose less
            return cls(values, np.concatenate([[0.0], np.cumsum(values)]), origin)

    def distance(self, sample: Floats) -> float:
        """Wasserstein of an ascending, NaN-free, not empty sample from the pool, which must not be empty."""
        with np.errstate(invalid="ignore", over="ignore"):
            moved = sample - self.origin
        if not (np.isfinite(self.sums[-1]) and np.isfinite(moved[[0, -1]]).all() and moved.size < self.values.size):
            return wasserstein(steps(self.values + self.origin, sample))
        return self._outside(moved) + self._between(moved)

    def _outside(self, sample: Floats) -> float:
        """Below the smallest and above the largest value of the sample."""
        first, last = sample[0], sample[-1]
        total, rows = self.sums[-1] - self.values.size * last, self.values.size
        return float(self._area(first) + total / rows + self._area(last))

    def _between(self, sample: Floats) -> float:
        low, high = sample[:-1], sample[1:]
        step = np.arange(1, sample.size)
        level = step / sample.size
        passes = self.values[-(-step * self.values.size // sample.size) - 1]
        at = np.clip(passes, low, high)
        areas = self._area(low), self._area(at), self._area(high)
        below = level * (at - low) - (areas[1] - areas[0])
        above = (areas[2] - areas[1]) - level * (high - at)
        return float(np.maximum(below, 0).sum() + np.maximum(above, 0).sum())

    def _area(self, at: Floats | float) -> Floats:
        """∫ F up to each point."""
        before = np.searchsorted(self.values, at, side="right")
        return (before * at - self.sums[before]) / self.values.size
