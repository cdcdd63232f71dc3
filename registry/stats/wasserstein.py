"""Wasserstein distance of order 1: W = ∫ |F_ref(x) - F_cur(x)| dx, in the column's own unit.

Reference: Vallender (1974), Calculation of the Wasserstein distance between probability distributions on the line.
Normed: divided by the standard deviation (ddof 0) of the reference, so that one limit fits every column.

Infinite values: where both sides hold the same share of them they add nothing; where they do not, W is infinite. The
standard deviation is that of the finite values. A constant reference has none: the normed distance is then 0 for the
same constant and infinite for anything else.

>>> import numpy as np
>>> from registry.stats.ecdf import steps
>>> distance = wasserstein(steps(np.array([0.0, 2.0]), np.array([3.0, 5.0])))
>>> distance, normed(distance, np.array([0.0, 2.0]))
(3.0, 3.0)
>>> normed(3.0, np.array([1.0, 1.0])), normed(0.0, np.array([1.0, 1.0]))
(inf, 0.0)
"""

from __future__ import annotations

import math

import numpy as np

from registry.stats.ecdf import Floats, Steps, steps
from registry.stats.ordered import deviation

STRETCH = 1 << 13  # rows of the larger sample: short enough for the samples to keep their order in most stretches
CHUNK = 1 << 16  # rows of the larger sample at once: what is computed for them stays in the processor's own cache


def wasserstein(both: Steps) -> float:
    """The area between the two step functions; infinite when no finite move makes one sample the other."""
    gaps = np.abs(both.reference - both.current)[:-1]
    with np.errstate(over="ignore"):
        widths = np.diff(both.points)
        # Where the functions agree the width does not matter, and 0 times infinity would be NaN.
        widths[gaps == 0] = 0
        return float(np.dot(gaps, widths))


def wasserstein_of(reference: Floats, current: Floats) -> float:
    """The same of two ascending, NaN-free, not empty samples: ∫ |Q_ref(u) - Q_cur(u)| du over their quantile functions.

    Both are level between multiples of 1/n and 1/m, so the integral is a sum that follows from the sizes alone: no merge
    of the samples. Infinite values, and moves beyond float64, are left to the step functions.

    >>> import numpy as np
    >>> wasserstein_of(np.array([0.0, 2.0]), np.array([1.0, 1.0, 4.0]))
    1.3333333333333333
    """
    larger, smaller = (reference, current) if reference.size >= current.size else (current, reference)
    with np.errstate(over="ignore", invalid="ignore"):
        area = _same_size(larger, smaller) if larger.size == smaller.size else _other_size(larger, smaller)
    return area if math.isfinite(area) else wasserstein(steps(reference, current))


def _same_size(one: Floats, other: Floats) -> float:
    starts = range(0, one.size, CHUNK)
    return sum(float(np.abs(one[at : at + CHUNK] - other[at : at + CHUNK]).sum()) for at in starts) / one.size


def _other_size(larger: Floats, smaller: Floats) -> float:
    """Row i of the larger spans [i·m, (i+1)·m) of n·m equal shares: at most two rows, of n shares, of the smaller."""
    n, m, area = larger.size, smaller.size, 0.0
    for at in range(0, n, STRETCH):
        values = larger[at : at + STRETCH]
        begin, end = at * m, (at + values.size) * m
        first, last = begin // n, min(-(-end // n), m) - 1
        if values[0] >= smaller[last] or values[-1] <= smaller[first]:
            area += _one_way(values * 1.0, smaller[first : last + 1] * 1.0, begin, end, n, m)
        else:
            area += _either_way(values, smaller, at, n, m)
    return area / n / m


def _one_way(values: Floats, others: Floats, begin: int, end: int, n: int, m: int) -> float:
    """The area of a stretch in which no row of one side crosses a row of the other: a difference of two sums.

    Both are taken about a value of their own stretch, so that little cancels.
    """
    middle = values[values.size // 2]
    values -= middle
    others -= middle
    before, beyond = begin % n, -end % n  # shares of the outermost others that are outside of the stretch
    theirs = n * float(others.sum()) - before * float(others[0]) - beyond * float(others[-1])
    return abs(m * float(values.sum()) - theirs)


def _either_way(values: Floats, smaller: Floats, at: int, n: int, m: int) -> float:
    begin = np.arange(at, at + values.size, dtype=np.int64) * m
    row = begin // n
    in_next = np.maximum(begin + m - (row + 1) * n, 0)
    here, there = smaller[row], smaller[np.minimum(row + 1, m - 1)]
    moves = np.abs(values - here) * (m - in_next)
    moves += np.abs(values - there) * in_next
    return float(moves.sum())


def normed(distance: float, reference_finite: Floats) -> float:
    """``distance`` in standard deviations of the reference's finite, ascending values; they may be empty."""
    deviation = _deviation(reference_finite)
    if distance == 0:
        return 0.0
    if deviation == 0 or math.isinf(distance):
        return math.inf
    with np.errstate(over="ignore"):
        return float(np.float64(distance) / deviation)


def why_unbounded(distance: float) -> str:
    """Why a normed distance is infinite, of the distance itself.

    >>> why_unbounded(3.0)
    'The reference is constant and the current values are not the same.'
    """
    if math.isinf(distance):
        return "The sides hold different shares of infinite values."
    return "The reference is constant and the current values are not the same."


def _deviation(finite: Floats) -> float:
    if not finite.size or finite[0] == finite[-1]:
        return 0.0
    # Scaled by its largest magnitude: squares of values near the edge of float64 would overflow.
    scale = max(abs(finite[0]), abs(finite[-1]))
    if scale < 1e150:
        return deviation(finite)
    return deviation(finite / scale) * scale
