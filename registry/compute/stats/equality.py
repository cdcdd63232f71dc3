"""When two values of one row are equal, and by how much they differ if not.

>>> trained, current = np.array([1.0, np.inf, np.nan, 2.0]), np.array([1.0 + 1e-12, 5.0, np.nan, 3.0])
>>> compare_values(trained, current, np.array([True] * 4), atol=0.0, rtol=1e-9)[0]
array([False,  True, False,  True])
>>> compare_values(np.array(["a", "b"]), np.array(["a", "c"]), np.array([True] * 2), atol=0.0, rtol=1e-9)
(array([False,  True]), array([nan, nan]))
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

CHUNK = 1 << 16  # rows at once: what is computed for them stays in the processor's own cache


def compare_values(
    trained: NDArray[Any], current: NDArray[Any], valued: Mask, atol: float, rtol: float
) -> tuple[Mask, NDArray[np.float64]]:
    """Which valued rows differ, and current - trained as float64, NaN where no number tells it."""
    same_nan = is_nan(trained) & is_nan(current)
    if not (_is_numeric(trained) and _is_numeric(current)):
        unequal = valued & ~same_nan
        unequal[unequal] = _not_equal(trained[unequal], current[unequal])
        return unequal, np.full(trained.shape, np.nan)
    unequal, difference = valued & (trained != current) & ~same_nan, np.empty(trained.shape)
    for begin in range(0, trained.size, CHUNK):
        here = slice(begin, begin + CHUNK)
        difference[here], within = _difference(trained[here], current[here], atol, rtol)
        unequal[here] &= ~within
    return unequal, difference


def _difference(
    trained: NDArray[Any], current: NDArray[Any], atol: float, rtol: float
) -> tuple[NDArray[np.float64], Mask]:
    """current - trained, and where that is within the tolerance."""
    with np.errstate(invalid="ignore", over="ignore"):
        difference = current.astype(np.float64) - trained.astype(np.float64)
        size = np.abs(difference)
        tolerance = np.maximum(atol, rtol * np.abs(trained.astype(np.float64)))
    # An infinite tolerance (a trained infinity) excuses nothing; without tolerance whole numbers that float64 cannot
    # tell apart still differ.
    return difference, np.isfinite(size) & (size <= tolerance) & (tolerance > 0)


def _is_numeric(values: NDArray[Any]) -> bool:
    return values.dtype.kind in "iuf"


def is_nan(values: NDArray[Any]) -> Mask:
    """Where a value is NaN, in columns of numbers, times or objects."""
    # Only NaN, and NaT, differ from themselves; None does not.
    return (
        np.asarray(values != values, dtype=bool) if values.dtype.kind in "fOmM" else np.zeros(values.shape, dtype=bool)
    )


def _not_equal(left: NDArray[Any], right: NDArray[Any]) -> Mask:
    if left.dtype.kind != right.dtype.kind:
        left, right = left.astype(object), right.astype(object)
    return np.asarray(left != right, dtype=bool)
