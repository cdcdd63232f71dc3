"""The distribution of the distance in a large sample is scipy's."""

import pytest
from scipy.stats import kstwo

from registry.compute.stats.distances.kolmogorov import survival


@pytest.mark.parametrize("size", [100_000, 3_000_000])
@pytest.mark.parametrize("z", [0.3, 0.8, 1.36, 2.5])
def test_it_is_that_of_scipy(size, z):
    distance = z / size**0.5
    assert survival(distance, size) == pytest.approx(float(kstwo.sf(distance, size)), rel=1e-6, abs=1e-10)


def test_a_distance_below_what_chance_makes_is_certain():
    assert survival(0.0, 200_000) == 1.0
    assert survival(0.049 / 200_000**0.5, 200_000) == 1.0
