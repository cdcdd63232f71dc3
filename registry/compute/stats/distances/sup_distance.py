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

FIRST_PROBES = 1_024  # of each sample; where they cannot rule a stretch out it is cut into finer ones
FINER = 8
PROBES = 8  # at the finest for each √rows: as the distance that chance makes shrinks with √rows, so must the stretches
FIRST_STRETCHES, MOST_STRETCHES = 8, 1_024


class Part(NamedTuple):
    """A sample, or a stretch of one: ``values`` ascending, ``before`` rows below them, ``rows`` in the whole sample."""

    values: Floats
    before: int
    rows: int

    def share(self, at: Floats) -> Floats:
        """The share of the whole sample at or below each point."""
        return self.share_of(np.searchsorted(self.values, at, side="right"))

    def share_of(self, values: Places) -> Floats:
        """The share of the first ``values`` of this part, with the rows before it."""
        return (values + self.before) / self.rows

    def around(self, at: Floats) -> tuple[Floats, Floats]:
        """The share below each point, and the share at or below it."""
        after = np.searchsorted(self.values, at, side="right")
        here = np.flatnonzero(after)
        before = after.copy()
        before[here] -= self.values[after[here] - 1] == at[here]
        # Most points are in the sample once or never: only ties are searched for from the other side.
        tied = here[self.values[np.maximum(before[here], 1) - 1] == at[here]]
        if tied.size:
            before[tied] = np.searchsorted(self.values, at[tied], side="left")
        return self.share_of(before), self.share_of(after)


def largest_gap(reference: Floats, current: Floats) -> float:
    """The Kolmogorov-Smirnov distance, 0..1, of two ascending, NaN-free, not empty samples."""
    return largest_gap_within(Part(reference, 0, reference.size), Part(current, 0, current.size))


def largest_gap_within(reference: Part, current: Part, known: float = 0.0) -> float:
    """The largest distance at the points of two parts that cover the same stretch of the line; at least ``known``."""
    parts = (reference, current)
    strides = [max(part.values.size // FIRST_PROBES, 1) for part in parts]
    probes = np.unique(np.concatenate([_probes(part.values, s) for part, s in zip(parts, strides, strict=True)]))
    if not probes.size:
        return known
    open_ = np.ones(probes.size - 1, dtype=bool)
    while True:
        bound, largest = _bounds(parts, probes, known)
        known = largest
        bound[~open_] = 0.0
        finest = [max(math.isqrt(part.values.size) // PROBES, 1) for part in parts]
        if all(s <= f for s, f in zip(strides, finest, strict=True)):
            return _refined(reference, current, probes, bound, largest)
        strides = [max(s // FINER, f) for s, f in zip(strides, finest, strict=True)]
        probes, open_ = _nearer(parts, probes, np.flatnonzero(bound > largest), strides)
        if not open_.any():
            return largest


def _bounds(parts: tuple[Part, Part], probes: Floats, known: float) -> tuple[Floats, float]:
    """What the distance can be within each stretch between neighbouring probes, and the largest at the probes."""
    below, at = zip(*(part.around(probes) for part in parts), strict=True)
    largest = max(known, float(np.abs(at[0] - at[1]).max()))
    return np.maximum(below[0][1:] - at[1][:-1], below[1][1:] - at[0][:-1]), largest


def _nearer(
    parts: tuple[Part, Part], probes: Floats, stretches: Places, strides: list[int]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Probes that cut these stretches into shorter ones, and which of the stretches between them are within those."""
    inside = [_inside(part.values, probes, stretches, s) for part, s in zip(parts, strides, strict=True)]
    nearer = np.unique(np.concatenate([probes[stretches], probes[stretches + 1], *inside]))
    of = np.searchsorted(probes, nearer[:-1], side="right") - 1
    return nearer, np.isin(of, stretches, assume_unique=False)


def _refined(reference: Part, current: Part, probes: Floats, bound: Floats, largest: float) -> float:
    open_ = np.flatnonzero(bound > largest)
    open_ = open_[np.argsort(-bound[open_])]
    at_once = FIRST_STRETCHES
    while open_.size:
        # The most promising few first: what they hold rules out most of the others.
        some, open_ = np.sort(open_[:at_once]), open_[at_once:]
        for part, other in ((reference, current), (current, reference)):
            last = _last_of_ties(part.values, _places_inside(part.values, probes, some))
            if last.size:
                gaps = np.abs(part.share_of(last + 1) - other.share(part.values[last]))
                largest = max(largest, float(gaps.max()))
        open_, at_once = open_[bound[open_] > largest], min(at_once * 4, MOST_STRETCHES)
    return largest


def _probes(values: Floats, stride: int) -> Floats:
    return np.append(values[::stride], values[-1:])


def _inside(values: Floats, probes: Floats, stretches: Places, stride: int = 1) -> Floats:
    """Every ``stride``-th value strictly within the stretches, ascending; stretch k is between probes k and k + 1."""
    return values[_places_inside(values, probes, stretches, stride)]


def _last_of_ties(values: Floats, places: Places) -> Places:
    """Those of the places whose value is another than the next one: the share at or below it is that of the place."""
    following = np.minimum(places + 1, values.size - 1)
    last: Places = places[(values[following] != values[places]) | (places == values.size - 1)]
    return last


def _places_inside(values: Floats, probes: Floats, stretches: Places, stride: int = 1) -> Places:
    """Where they stand."""
    first = np.searchsorted(values, probes[stretches], side="right")
    counts = np.searchsorted(values, probes[stretches + 1], side="left") - first
    counts = -(-np.maximum(counts, 0) // stride)
    shift = np.repeat(first - (np.cumsum(counts) - counts) * stride, counts)
    places: Places = np.arange(shift.size) * stride + shift
    return places
