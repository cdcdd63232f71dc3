import math

import numpy as np
import pytest
from hypothesis import given
from scipy import stats

from registry.compute.stats.columns.moments import shape
from registry.compute.stats.distances.ecdf import steps
from registry.compute.stats.distances.wasserstein import normed, wasserstein
from tests.registry.compute.stats.samples import FLOATS, PAIRS, ascending


def distance_of(reference, current):
    return wasserstein(steps(ascending(reference), ascending(current)))


@pytest.mark.parametrize(("reference", "current", "why"), PAIRS)
def test_the_distance_is_scipys(reference, current, why):
    assert distance_of(reference, current) == pytest.approx(stats.wasserstein_distance(reference, current)), why


def test_normed_is_in_the_references_standard_deviations():
    reference = np.array([1.0, 2.0, 3.0, 10.0])
    assert normed(3.0, shape(reference).deviation) == pytest.approx(3.0 / np.std(reference), rel=1e-15)


@pytest.mark.parametrize(
    ("reference", "current", "expected", "why"),
    [
        ([0.0, math.inf], [0.0, math.inf], 0.0, "the same infinities"),
        ([-math.inf, 0.0], [-math.inf, 4.0], 2.0, "the same share of them, a finite move beside"),
        ([0.0, 1.0], [0.0, math.inf], math.inf, "an infinity that was not there"),
        ([-math.inf], [math.inf], math.inf, "from one end to the other"),
    ],
)
def test_infinities_count_where_their_share_changed(reference, current, expected, why):
    assert distance_of(reference, current) == expected, why


@pytest.mark.parametrize(
    ("distance", "finite", "expected", "why"),
    [
        (0.0, [5.0, 5.0], 0.0, "the same constant"),
        (0.5, [0.1, 0.1, 0.1], math.inf, "a constant that moved"),
        (0.5, [], math.inf, "no finite reference"),
        (math.inf, [1.0, 2.0], math.inf, "infinite already"),
        (1e200, [-1e200, 1e200], 1.0, "squares that would overflow"),
    ],
)
def test_a_reference_without_spread_has_a_defined_normed_distance(distance, finite, expected, why):
    assert normed(distance, shape(np.array(finite)).deviation or 0.0) == pytest.approx(expected), why


@given(FLOATS, FLOATS)
def test_the_distance_is_symmetric_and_not_negative(reference, current):
    assert distance_of(reference, current) == pytest.approx(distance_of(current, reference))
    assert distance_of(reference, current) >= 0


@given(FLOATS)
def test_a_shift_is_measured_in_the_columns_own_unit(sample):
    assert distance_of(sample, sample) == 0
    assert distance_of(sample, sample + 8) == pytest.approx(8)
