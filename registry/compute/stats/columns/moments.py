"""What one walk over an ascending sample tells of it: mean, spread, how many values it has, and where they are tied.

The statistics that need the whole sample take what they can from here, so that long columns are walked through once.

>>> import numpy as np
>>> found = shape(np.array([1.0, 3.0, 3.0, np.inf]))
>>> found.mean, round(found.deviation, 3), found.distinct
(2.3333333333333335, 0.943, 3)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.columns.run_length import Floats, Tied

CHUNK = 1 << 16  # values at once: with what is computed of them they stay in the processor's own cache
ROWS_OF_A_VALUE = 16  # a sample counts as tied when a value stands in so many rows, on the average
SAFE = 1e150  # squares of larger values, and of smaller ones than 1 / SAFE, leave float64


class Shape(NamedTuple):
    """``mean`` and ``deviation`` (ddof 0) of the finite values, None where there are none; ``distinct`` counts the
    infinities too. ``tied``: the sample by its distinct values, where those are few."""

    mean: float | None
    deviation: float | None
    distinct: int
    tied: Tied | None


def shape(ascending: Floats | Tied) -> Shape:
    """Of an ascending sample without NaN, in chunks: no second array of its length."""
    finite = ascending[ascending.searchsorted(-np.inf, side="right") : ascending.searchsorted(np.inf)]
    mean, deviation = _moments(finite)
    if isinstance(ascending, Tied):
        return Shape(mean, deviation, ascending.values.size, ascending)
    starts = _starts(ascending)
    if isinstance(starts, int):
        return Shape(mean, deviation, starts, None)
    return Shape(mean, deviation, starts.size, Tied(ascending[starts], np.append(starts[1:], ascending.size)))


def _moments(finite: Floats | Tied) -> tuple[float | None, float | None]:
    """About the median, from which the mean is no further than one deviation, or about zero where that is nearer than the
    quartiles are apart: little cancels."""
    if not finite.size:
        return None, None
    largest = float(max(abs(finite[0]), abs(finite[-1])))
    scale = 1.0 if 1 / SAFE < largest < SAFE or not largest else largest
    low, middle, high = (float(finite[finite.size * quarter // 4]) / scale for quarter in (1, 2, 3))
    as_it_is = scale == 1.0 and abs(middle) <= high - low
    middle = 0.0 if as_it_is else middle
    total = squares = 0.0
    for some, rows in _chunks(finite):
        part = some if as_it_is else some / scale - middle
        total += float(part.sum() if rows is None else np.einsum("i,i->", part, rows))
        # Not np.dot: its library starts threads for it, which cost more than they gain on a shared machine.
        squares += float(np.einsum("i,i->", part, part) if rows is None else np.einsum("i,i,i->", part, part, rows))
    off = total / finite.size
    with np.errstate(over="ignore"):
        return float((middle + off) * scale), math.sqrt(max(squares / finite.size - off * off, 0.0)) * scale


def _chunks(finite: Floats | Tied) -> Iterator[tuple[Floats, Floats | None]]:
    """Some values at a time, and the rows of each where they are tied."""
    if isinstance(finite, Tied):
        yield finite.values, finite.rows.astype(np.float64)
        return
    for at in range(0, finite.size, CHUNK):
        yield finite[at : at + CHUNK], None


def _starts(ascending: Floats) -> NDArray[np.intp] | int:
    """Where each run of equal values begins; only their number when there are many."""
    if not ascending.size:
        return 0
    found, most = [np.zeros(1, dtype=np.intp)], max(ascending.size // ROWS_OF_A_VALUE, 1)
    count, after, before = 1, ascending[1:], ascending[:-1]
    changed = np.empty(CHUNK, dtype=bool)
    for at in range(0, after.size, CHUNK):
        some = after[at : at + CHUNK]
        steps = np.not_equal(some, before[at : at + CHUNK], out=changed[: some.size])
        here = int(np.count_nonzero(steps))
        count += here
        if count <= most:
            found.append(np.flatnonzero(steps) + (at + 1))
    return np.concatenate(found) if count <= most else count
