"""The empirical distribution functions of two sorted samples, on the points where either of them steps.

>>> import numpy as np
>>> steps(np.array([1.0, 2.0]), np.array([2.0, 2.0, 3.0, 4.0]))
Steps(points=array([1., 2., 3., 4.]), reference=array([0.5, 1. , 1. , 1. ]), current=array([0.  , 0.5 , 0.75, 1.  ]))
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Steps(NamedTuple):
    """``points``: distinct values of both, ascending; the share of each sample at or below every point."""

    points: Floats
    reference: Floats
    current: Floats


def steps(reference: Floats, current: Floats) -> Steps:
    """Step functions of two ascending, NaN-free, not empty samples."""
    # A stable sort of two runs that are sorted already is one merge.
    points = _distinct(np.sort(np.concatenate([_distinct(reference), _distinct(current)]), kind="stable"))
    return Steps(points, _share_up_to(points, reference), _share_up_to(points, current))


def _distinct(ascending: Floats) -> Floats:
    first_of_ties: NDArray[np.bool_] = np.concatenate([[True], ascending[1:] != ascending[:-1]])
    distinct: Floats = ascending[first_of_ties]
    return distinct


def _share_up_to(points: Floats, sample: Floats) -> Floats:
    share: Floats = np.searchsorted(sample, points, side="right") / sample.size
    return share
