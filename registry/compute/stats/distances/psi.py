"""Population stability index: PSI = Σ (q - p) ln(q / p), p and q the bin shares of reference and current.

Reference: Siddiqi (2006), Credit Risk Scorecards; it is the symmetric divergence of Jeffreys (1946). Each share counts
as at least 0.0001, so that an empty bin weighs much and not infinitely.

>>> import numpy as np
>>> round(psi(np.array([0.5, 0.5]), np.array([0.25, 0.75])), 6)
0.274653
>>> psi(np.array([1.0, 0.0]), np.array([1.0, 0.0]))
0.0
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SMALLEST_SHARE = 1e-4


def psi(reference: NDArray[np.float64], current: NDArray[np.float64]) -> float:
    """The index of two share vectors of one length; 0 when they are equal, never negative."""
    p = np.maximum(reference, SMALLEST_SHARE)
    q = np.maximum(current, SMALLEST_SHARE)
    return float(np.sum((q - p) * np.log(q / p)))
