"""The step functions of two samples."""

import numpy as np
from hypothesis import given

from registry.compute.stats.distances.ecdf import steps
from tests.registry.compute.stats.samples import FLOATS


@given(FLOATS, FLOATS)
def test_the_shares_are_counted_at_every_point_of_either(left, right):
    both = steps(np.sort(left), np.sort(right))
    assert both.points.tolist() == sorted({*left.tolist(), *right.tolist()})
    assert both.reference.tolist() == [(left <= point).mean() for point in both.points]
    assert both.current.tolist() == [(right <= point).mean() for point in both.points]
    assert both.reference[-1] == both.current[-1] == 1.0
