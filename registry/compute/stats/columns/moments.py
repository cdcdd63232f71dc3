"""Mean, standard deviation and number of distinct values of an ascending sample, each in one pass.

>>> import numpy as np
>>> found = shape(np.array([1.0, 3.0, 3.0, np.inf]))
>>> found.mean, round(found.deviation, 3), found.distinct
(2.3333333333333335, 0.943, 3)
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CHUNK = 1 << 16  # values at once: with what is computed of them they stay in the processor's own cache
SAFE = 1e150  # squares of larger values, and of smaller ones than 1 / SAFE, leave float64


class Shape(NamedTuple):
    """``mean`` and ``deviation`` (ddof 0) of the finite values, None where there are none; ``distinct`` counts the
    infinities too."""

    mean: float | None
    deviation: float | None
    distinct: int


def shape(ascending: Floats) -> Shape:
    """Of an ascending sample without NaN, in chunks: no second array of its length."""
    finite = ascending[ascending.searchsorted(-np.inf, side="right") : ascending.searchsorted(np.inf)]
    mean, deviation = _moments(finite)
    return Shape(mean, deviation, _count_distinct(ascending))


def _moments(finite: Floats) -> tuple[float | None, float | None]:
    """Mean and standard deviation, with sums taken about the median, which lies within one deviation of the mean, so that
    little cancels; or about zero where the median is nearer to it than the quartiles are to each other."""
    if not finite.size:
        return None, None
    largest = float(max(abs(finite[0]), abs(finite[-1])))
    scale = 1.0 if 1 / SAFE < largest < SAFE or not largest else largest
    low, middle, high = (float(finite[finite.size * quarter // 4]) / scale for quarter in (1, 2, 3))
    unshifted = scale == 1.0 and abs(middle) <= high - low
    middle = 0.0 if unshifted else middle
    total = squares = 0.0
    for begin in range(0, finite.size, CHUNK):
        chunk = finite[begin : begin + CHUNK]
        part = chunk if unshifted else chunk / scale - middle
        total += float(part.sum())
        # Not np.dot: its library starts threads for it, which cost more than they gain on a shared machine.
        squares += float(np.einsum("i,i->", part, part))
    off = total / finite.size
    with np.errstate(over="ignore"):
        return float((middle + off) * scale), math.sqrt(max(squares / finite.size - off * off, 0.0)) * scale


def _count_distinct(ascending: Floats) -> int:
    if not ascending.size:
        return 0
    distinct, after, before = 1, ascending[1:], ascending[:-1]
    changed = np.empty(CHUNK, dtype=bool)  # fresh memory for each chunk costs more than the comparison
    for begin in range(0, after.size, CHUNK):
        chunk = after[begin : begin + CHUNK]
        steps = np.not_equal(chunk, before[begin : begin + CHUNK], out=changed[: chunk.size])
        distinct += int(np.count_nonzero(steps))
    return distinct
