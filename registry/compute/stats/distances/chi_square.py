"""Chi-square of two samples over categories: χ² = Σ (observed - expected)² / expected, without correction.

References: Pearson (1900); Cramér (1946) for V = √(χ² / n), n the rows of both samples, which with two samples is the
whole of his coefficient. p says how sure, V how much: only V is a size.

>>> import numpy as np
>>> table = chi_square(np.array([10, 20, 30]), np.array([20, 20, 20]))
>>> round(table.statistic, 6), table.dof, round(table.p, 6), round(table.cramers_v, 6)
(5.333333, 2, 0.069483, 0.210819)
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class ChiSquare(NamedTuple):
    """``statistic`` and ``dof``; ``p`` is None with no degree of freedom (one category); ``cramers_v`` 0..1."""

    statistic: float
    dof: int
    p: float | None
    cramers_v: float


def chi_square(reference: NDArray[np.int64], current: NDArray[np.int64]) -> ChiSquare:
    """From the counts of each category on both sides, (k,) each. ValueError when a side counts nothing."""
    from scipy.special import chdtrc  # a second to import: only where checks are computed

    observed = np.stack([reference, current]).astype(np.float64)
    observed = observed[:, observed.any(axis=0)]
    sides, categories, rows = observed.sum(axis=1), observed.sum(axis=0), observed.sum()
    if not sides.all():
        raise ValueError("A side without values has no chi-square.")
    expected = np.outer(sides, categories) / rows
    statistic = float(((observed - expected) ** 2 / expected).sum())
    dof = observed.shape[1] - 1
    p = float(chdtrc(dof, statistic)) if dof else None
    return ChiSquare(statistic, dof, p, math.sqrt(min(statistic / rows, 1.0)))
