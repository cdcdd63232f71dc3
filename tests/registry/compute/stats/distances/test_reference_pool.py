"""Many samples against one pool: the same distance as walking through both."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from registry.compute.stats.distances.reference_pool import Pool

VALUES = st.lists(st.one_of(st.integers(-9, 9).map(float), st.floats(-1e6, 1e6)), min_size=1, max_size=40)


@given(VALUES, VALUES)
def test_the_distance_is_that_of_scipy(pool, sample):
    result = Pool.of(np.sort(pool)).distance(np.sort(sample))
    assert result == pytest.approx(wasserstein_distance(pool, sample), rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("offset", [0.0, 1e9, -1e12])
def test_values_far_from_zero_lose_nothing(offset):
    random = np.random.default_rng(4)
    pool, sample = random.normal(size=50_000), random.normal(0.1, 1, size=5_000)
    result = Pool.of(np.sort(pool + offset)).distance(np.sort(sample + offset))
    assert result == pytest.approx(wasserstein_distance(pool + offset, sample + offset), rel=1e-9)


def test_infinite_values_are_counted():
    pool = np.array([0.0, 1.0, np.inf])
    assert Pool.of(pool).distance(np.array([0.0, 1.0, np.inf])) == 0
    assert Pool.of(pool).distance(np.array([0.0])) == np.inf
