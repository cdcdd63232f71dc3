"""The largest distance of two empirical distribution functions, without walking over every point of either.

Both functions only rise. Between two neighbouring probes neither can leave the values that it has there, so that most
stretches are ruled out by what is known at their ends: D = max |F_ref - F_cur| is at a probe or within one of the few
stretches whose bound is above what was found so far. Rounding is monotone, so the bounds hold for the rounded
differences too, and the result is that of the full walk to the last bit.

>>> import numpy as np
>>> largest_gap(np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 4.0, 5.0, 6.0]))
0.5
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

PROBES = 8  # for each √rows: as the distance that chance makes shrinks with √rows, so must the stretches
FIRST_STRETCHES, MOST_STRETCHES = 8, 1_024


class Part(NamedTuple):
    """A sample, or a stretch of one: ``values`` ascending, ``before`` rows below them, ``rows`` in the whole sample."""

    values: Floats
    before: int
    rows: int

    def share(self, at: Floats, side: str) -> Floats:
        """The share of the whole sample at or below (``right``), or below (``left``), each point."""
        return (np.searchsorted(self.values, at, side=side) + self.before) / self.rows  # type: ignore[call-overload]


def largest_gap(reference: Floats, current: Floats) -> float:
    """The Kolmogorov-Smirnov distance, 0..1, of two ascending, NaN-free, not empty samples."""
    return largest_gap_within(Part(reference, 0, reference.size), Part(current, 0, current.size))


def largest_gap_within(reference: Part, current: Part, known: float = 0.0) -> float:
    """The largest distance at the points of two parts that cover the same stretch of the line; at least ``known``."""
    probes = np.unique(np.concatenate([_probes(reference.values), _probes(current.values)]))
    if not probes.size:
        return known
    at = [part.share(probes, "right") for part in (reference, current)]
    largest = max(known, float(np.abs(at[0] - at[1]).max()))
    below = [part.share(probes[1:], "left") for part in (reference, current)]
    bound = np.maximum(below[0] - at[1][:-1], below[1] - at[0][:-1])
    return _refined(reference, current, probes, bound, largest)


def _refined(reference: Part, current: Part, probes: Floats, bound: Floats, largest: float) -> float:
    open_ = np.flatnonzero(bound > largest)
    open_ = open_[np.argsort(-bound[open_])]
    at_once = FIRST_STRETCHES
    while open_.size:
        # The most promising few first: what they hold rules out most of the others.
        some, open_ = np.sort(open_[:at_once]), open_[at_once:]
        for part in (reference, current):
            points = _inside(part.values, probes, some)
            if points.size:
                gaps = np.abs(reference.share(points, "right") - current.share(points, "right"))
                largest = max(largest, float(gaps.max()))
        open_, at_once = open_[bound[open_] > largest], min(at_once * 4, MOST_STRETCHES)
    return largest


def _probes(values: Floats) -> Floats:
    stride = max(math.isqrt(values.size) // PROBES, 1)
    return np.append(values[::stride], values[-1:])


def _inside(values: Floats, probes: Floats, stretches: Places) -> Floats:
    """The values strictly within the stretches, ascending; stretch k is between probes k and k + 1."""
    first = np.searchsorted(values, probes[stretches], side="right")
    counts = np.searchsorted(values, probes[stretches + 1], side="left") - first
    counts = np.maximum(counts, 0)
    shift = np.repeat(first - (np.cumsum(counts) - counts), counts)
    return values[np.arange(shift.size) + shift]
