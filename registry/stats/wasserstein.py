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

from registry.stats.ecdf import Floats, Steps


def wasserstein(both: Steps) -> float:
    """The area between the two step functions; infinite when no finite move makes one sample the other."""
    gaps = np.abs(both.reference - both.current)[:-1]
    with np.errstate(over="ignore"):
        widths = np.diff(both.points)
        # Where the functions agree the width does not matter, and 0 times infinity would be NaN.
        widths[gaps == 0] = 0
        return float(np.dot(gaps, widths))


def normed(distance: float, reference_finite: Floats) -> float:
    """``distance`` in standard deviations of the reference's finite, ascending values; they may be empty."""
    deviation = _deviation(reference_finite)
    if distance == 0:
        return 0.0
    if deviation == 0 or math.isinf(distance):
        return math.inf
    with np.errstate(over="ignore"):
        return float(np.float64(distance) / deviation)


def _deviation(finite: Floats) -> float:
    if not finite.size or finite[0] == finite[-1]:
        return 0.0
    # Scaled by its largest magnitude: squares of values near the edge of float64 would overflow.
    scale = max(abs(finite[0]), abs(finite[-1]))
    if scale < 1e150:
        return float(np.std(finite))
    return float(np.std(finite / scale) * scale)
