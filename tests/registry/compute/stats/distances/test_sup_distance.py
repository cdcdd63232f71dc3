"""The largest distance of two distribution functions is that of a walk over every point."""

import numpy as np
import pytest
from hypothesis import given

from registry.compute.stats.distances.ecdf import steps
from registry.compute.stats.distances.sup_distance import Part, largest_gap, largest_gap_within
from tests.registry.compute.stats.samples import FLOATS, PAIRS, ascending


def walked(left, right) -> float:
    both = steps(left, right)
    return float(np.abs(both.reference - both.current).max())


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[2])
def test_it_is_that_of_the_walk(pair):
    left, right = ascending(pair[0]), ascending(pair[1])
    assert largest_gap(left, right) == walked(left, right)


@given(FLOATS, FLOATS)
def test_of_any_two_samples(left, right):
    left, right = ascending(left), ascending(right)
    assert largest_gap(left, right) == walked(left, right) == largest_gap(right, left)


def test_where_probes_are_far_apart_the_stretches_between_are_searched():
    random = np.random.default_rng(8)
    left, right = ascending(random.normal(size=30_000)), ascending(random.normal(size=41_000))
    right[12_345:12_400] = right[12_345]
    assert largest_gap(left, ascending(right)) == walked(left, ascending(right))


def test_what_is_known_is_the_least():
    part = Part(np.empty(0), 0, 5)
    assert largest_gap_within(part, part, known=0.25) == 0.25
    same = Part(np.array([1.0, 2.0]), 0, 2)
    assert largest_gap_within(same, same, known=0.25) == 0.25
