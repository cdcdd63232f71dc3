"""Wasserstein distance of order 1: W = ∫ |F_ref(x) - F_cur(x)| dx, in the column's own unit.

Reference: Vallender (1974), Calculation of the Wasserstein distance between probability distributions on the line.
Normed: divided by the standard deviation (ddof 0) of the reference, so that one limit fits every column.

Infinite values: where both sides hold the same share of them they add nothing; where they do not, W is infinite. The
standard deviation is that of the finite values. A constant reference has none: the normed distance is then 0 for the
same constant and infinite for anything else.

>>> import numpy as np
>>> from registry.compute.stats.distances.ecdf import steps
>>> distance = wasserstein(steps(np.array([0.0, 2.0]), np.array([3.0, 5.0])))
>>> distance, normed(distance, 1.0)
(3.0, 3.0)
>>> normed(3.0, 0.0), normed(0.0, 0.0)
(inf, 0.0)
"""

from __future__ import annotations

import math

import numpy as np

from registry.compute.stats.distances.ecdf import Floats, Steps, steps

# Rows of the larger sample: in most stretches one side is above the other throughout, in short ones where they are near.
LONG, SHORT = 1 << 15, 1 << 13
# Rows of the larger sample to each that it has more: with fewer, runs are too short to be worth a call.
LEAST_RUN = 2_048
COUNTED = np.arange(float(SHORT))
CHUNK = 1 << 16  # rows of the larger sample at once: what is computed for them stays in the processor's own cache


def wasserstein(both: Steps) -> float:
    """The area between the two step functions; infinite when no finite move makes one sample the other."""
    gaps = np.abs(both.reference - both.current)[:-1]
    with np.errstate(over="ignore"):
        widths = np.diff(both.points)
        # Where the functions agree the width does not matter, and 0 times infinity would be NaN.
        widths[gaps == 0] = 0
        # Not np.dot: its library starts threads for it, which cost more than they gain on a shared machine.
        return float(np.einsum("i,i->", gaps, widths))


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


def _same_size(sample: Floats, other: Floats) -> float:
    moves, area = np.empty(min(CHUNK, sample.size)), 0.0  # fresh memory for each chunk costs more than the arithmetic
    for at in range(0, sample.size, CHUNK):
        part = moves[: sample.size - at]
        np.subtract(sample[at : at + CHUNK], other[at : at + CHUNK], out=part)
        area += float(np.abs(part, out=part).sum())
    return area / sample.size


def _other_size(larger: Floats, smaller: Floats) -> float:
    """Row i of the larger spans [i·m, (i+1)·m) of n·m equal shares: at most two rows, of n shares, of the smaller."""
    n, m, area = larger.size, smaller.size, 0.0
    for begin in range(0, n, LONG):
        whole = _one_way(larger, smaller, begin, min(begin + LONG, n))
        area += whole if whole is not None else _in_short(larger, smaller, begin, min(begin + LONG, n))
    return area / n / m


def _in_short(larger: Floats, smaller: Floats, begin: int, end: int) -> float:
    n, m, area = larger.size, smaller.size, 0.0
    either_way = _row_by_row if (n - m) * LEAST_RUN > n else _run_by_run
    for at in range(begin, end, SHORT):
        short = _one_way(larger, smaller, at, min(at + SHORT, end))
        area += short if short is not None else either_way(larger, smaller, at, min(at + SHORT, end))
    return area


def _one_way(larger: Floats, smaller: Floats, begin: int, end: int) -> float | None:
    """The area of a stretch in which no row of one side crosses a row of the other: a difference of two sums. None when
    one may.

    Both are taken about a value of their own stretch, so that little cancels.
    """
    n, m = larger.size, smaller.size
    first, last = begin * m // n, min(-(-end * m // n), m) - 1
    if not (larger[begin] >= smaller[last] or larger[end - 1] <= smaller[first]):
        return None
    values, others = larger[begin:end], smaller[first : last + 1]
    middle = values[values.size // 2]
    before, beyond = begin * m % n, -end * m % n  # shares of the outermost others that are outside of the stretch
    theirs = n * float((others - middle).sum())
    theirs -= before * float(others[0] - middle) + beyond * float(others[-1] - middle)
    return abs(m * float((values - middle).sum()) - theirs)


def _row_by_row(larger: Floats, smaller: Floats, first: int, end: int) -> float:
    n, m, values = larger.size, smaller.size, larger[first:end]
    begin = np.arange(first, end, dtype=np.int64) * m
    row = begin // n
    in_next = np.maximum(begin + m - (row + 1) * n, 0)
    here, next_ = smaller[row], smaller[np.minimum(row + 1, m - 1)]
    moves = np.abs(values - here) * (m - in_next)
    moves += np.abs(values - next_) * in_next
    return float(moves.sum())


def _run_by_run(larger: Floats, smaller: Floats, begin: int, end: int) -> float:
    """The same of sizes that are nearly the same: for a run of rows the row of the smaller is as far behind."""
    n, m, area = larger.size, smaller.size, 0.0
    while begin < end:
        behind = begin - begin * m // n
        stop = min(end, behind * n // (n - m) + 1)
        values, row = larger[begin:stop], begin - behind
        moves = np.abs(values - smaller[row : row + values.size])
        area += m * float(moves.sum())
        following = smaller[row + 1 : row + 1 + values.size]
        in_next = (behind * n - (begin + 1) * (n - m)) - float(n - m) * COUNTED[: following.size]
        further = np.abs(values[: following.size] - following) - moves[: following.size]
        area += float(np.einsum("i,i->", further, np.maximum(in_next, 0.0, out=in_next)))
        begin = stop
    return area


def normed(distance: float, deviation: float) -> float:
    """``distance`` in standard deviations of the reference's finite values; 0 for one that is constant or has none."""
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
