"""Quantiles of values that are sorted already, without a copy of them.

``numpy.quantile`` partitions a copy of what it gets; of a sorted array two values are all that a quantile needs. The
results are numpy's to the last bit, which the binning rests on: a value on an edge is common.

>>> import numpy as np
>>> quantiles(np.array([1.0, 2.0, 4.0]), np.array([0.25, 0.5, 1.0]))
array([1.5, 2. , 4. ])
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def quantiles(ascending: Floats, shares: Floats, *, factor: float = 1.0) -> Floats:
    """Linearly interpolated quantiles (Hyndman and Fan's type 7) of a not empty array, one for each share 0..1.

    They are those of the values times ``factor``.
    """
    below, above, part = places(ascending.size, shares)
    return interpolated(ascending[below] * factor, ascending[above] * factor, part)


def places(count: int, shares: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Between which of ``count`` ascending values the quantiles lie, counted from 0, and how far from the lower one."""
    place = (count - 1) * shares
    below = np.floor(place).astype(np.intp)
    return below, np.minimum(below + 1, count - 1), place - below


def interpolated(low: Floats, high: Floats, part: Floats) -> Floats:
    """The quantiles between neighbours; ``part``: how far from the lower one, 0..1."""
    span = high - low
    # From the nearer end, as numpy does: the other way differs in the last bit.
    return np.where(part >= 0.5, high - span * (1 - part), low + span * part)


def closest_rank(values: int, share: float) -> int:
    """The rank, counted from 0, of numpy's quantile by the closest observation.

    >>> [closest_rank(10, share) for share in (0.0, 0.25, 0.5, 1.0)]
    [0, 1, 4, 9]
    """
    place = values * share - 1.5
    below = math.floor(place)
    return min(max(below if place == below and below % 2 else below + 1, 0), values - 1)
