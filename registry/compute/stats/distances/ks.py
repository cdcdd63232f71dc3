"""Kolmogorov-Smirnov, two samples: D = max over x of |F_ref(x) - F_cur(x)|.

Reference: Hodges (1958), The significance probability of the Smirnov two-sample test. The statistic is exact, to the
last bit that of scipy's ``ks_2samp``; p is its asymptotic one, whatever the sample sizes, so that a result does not
change its meaning between a small and a large column.

>>> import numpy as np
>>> from registry.compute.stats.distances.ecdf import steps
>>> ks_distance(steps(np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 4.0, 5.0, 6.0])))
0.5
>>> f"{ks_p(0.3, 100, 100):.6f}"
'0.000174'
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from registry.compute.stats.distances.ecdf import Steps
from registry.compute.stats.distances.kolmogorov import survival

# From this size on the tail's sum is taken at once; scipy adds its terms one by one, 0.2 s for 300,000 rows.
LARGE_SAMPLE = 1_000
TAIL = (2.2, 370.0)
HUGE_SAMPLE = 10_000  # above it the expansion agrees to ten digits wherever the tail's sum does not
BEYOND_FLOAT64 = 373.0  # p ≤ 2 exp(-2 n d²), Massart's bound, is less than any number above 0
MOST_TERMS = 4_096
STIRLING_ERRORS = np.array(
    [0.0, *(math.lgamma(k + 1) - (k + 0.5) * math.log(k) + k - 0.5 * math.log(2 * math.pi) for k in range(1, 16))]
)


def ks_distance(both: Steps) -> float:
    """The largest distance of the two step functions, 0..1."""
    return float(np.abs(both.reference - both.current).max())


def ks_p(distance: float, reference_rows: int, current_rows: int) -> float | None:
    """The asymptotic two-sided p, 0..1; None when the samples are too small for it (their harmonic size rounds to 0)."""
    larger, smaller = float(max(reference_rows, current_rows)), float(min(reference_rows, current_rows))
    size = int(np.round(larger * smaller / (larger + smaller)))
    if size < 1:
        return None
    if size >= LARGE_SAMPLE and TAIL[0] <= size * distance**2 < TAIL[1] and distance < 0.5:
        return min(2 * smirnov_tail(distance, size), 1.0)
    if size > HUGE_SAMPLE and size * distance**2 < TAIL[0]:
        return survival(distance, size)
    if size >= LARGE_SAMPLE and size * distance**2 >= BEYOND_FLOAT64:
        return 0.0
    from scipy.stats import kstwo  # seconds to import: only where checks are computed

    return float(np.clip(kstwo.sf(distance, size), 0, 1))


def smirnov_tail(distance: float, size: int) -> float:
    """P(D⁺ ≥ d) for one sample of ``size``: Σ over j ≤ n(1-d) of d C(n,j) (1-d-j/n)ⁿ⁻ʲ (d+j/n)ʲ⁻¹.

    Birnbaum and Tingey (1951), One-sided confidence contours. Each binomial is split by Stirling's formula and its
    error (Loader 2000, Fast and accurate computation of binomial probabilities), which keeps 11 digits.

    >>> from scipy.special import smirnov
    >>> abs(smirnov_tail(0.05, 2_000) / float(smirnov(2_000, 0.05)) - 1) < 1e-11
    True
    """
    n, d = float(size), distance
    last = math.floor(n * (1 - d))
    # The terms lie on a smooth hill that is flat at both feet: every k-th of them, k times, has the same sum.
    stride = max(last // MOST_TERMS, 1)
    j = np.arange(1.0, last + 1, stride)
    rest = n - j
    with np.errstate(divide="ignore"):
        # The last term can be log(0): its power is 0.
        exponent = rest * np.log1p(np.maximum(-d * n / rest, -1.0)) + j * np.log1p(d * n / j)
    errors = _stirling_error(np.array([n])) - _stirling_error(j) - _stirling_error(rest)
    terms = np.exp(exponent + errors) * np.sqrt(n / (2 * math.pi * j * rest)) / (d + j / n)
    return math.exp(n * math.log1p(-d)) + d * stride * float(terms.sum())


def _stirling_error(k: NDArray[np.float64]) -> NDArray[np.float64]:
    """ln k! less Stirling's formula."""
    square = k * k
    series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / k
    return np.where(k < STIRLING_ERRORS.size, STIRLING_ERRORS[np.minimum(k, 15).astype(np.intp)], series)
