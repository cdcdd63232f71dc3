"""Quantiles of sorted values are numpy's, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.stats.columns.quantiles import closest_rank, quantiles
from tests.registry.compute.stats.samples import FLOATS

SHARES = np.array([0.0, 0.005, 0.1, 0.3, 0.5, 0.7, 0.995, 1.0])


@given(FLOATS)
def test_they_are_numpys(values):
    ascending = np.sort(values)
    assert quantiles(ascending, SHARES).tolist() == np.quantile(ascending, SHARES).tolist()


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_closest_rank_is_numpys(count, share):
    assert closest_rank(count, share) == np.quantile(np.arange(count), share, method="closest_observation")


def test_of_halves_nothing_overflows():
    huge = np.array([-1.7e308, 1.7e308])
    assert quantiles(huge, np.array([0.5]), factor=0.5).tolist() == [0.0]


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_of_one_value_every_quantile_is_that_value(share):
    assert quantiles(np.array([4.0]), np.array([share])).tolist() == [4.0]
