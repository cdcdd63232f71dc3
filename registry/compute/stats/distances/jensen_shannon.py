"""Jensen-Shannon distance: JS = √(½ KL(p‖m) + ½ KL(q‖m)), m = ½ (p + q), logarithms of base 2.

References: Lin (1991), Divergence measures based on the Shannon entropy; Endres and Schindelin (2003) for the root
being a metric. Shares stay as they are: an empty bin needs no floor, for m is empty only where both are.

>>> import numpy as np
>>> jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
1.0
>>> round(jensen_shannon(np.array([0.5, 0.5]), np.array([0.25, 0.75])), 6)
0.220896
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def jensen_shannon(reference: NDArray[np.float64], current: NDArray[np.float64]) -> float:
    """The distance of two share vectors that each add up to 1: 0 when equal, 1 when nothing is shared."""
    mean = (reference + current) / 2
    divergence = (_divergence(reference, mean) + _divergence(current, mean)) / 2
    # Rounding can leave the divergence of two nearly equal vectors just outside of 0..1.
    return math.sqrt(min(max(divergence, 0.0), 1.0))


def _divergence(shares: NDArray[np.float64], mean: NDArray[np.float64]) -> float:
    some = shares > 0
    return float(np.sum(shares[some] * np.log2(shares[some] / mean[some])))
