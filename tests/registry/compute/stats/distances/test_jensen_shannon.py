import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial import distance

from registry.compute.stats.columns.binning import binned
from registry.compute.stats.distances.jensen_shannon import jensen_shannon
from tests.registry.compute.stats.samples import PAIRS, sorted_column

COUNTS = hnp.arrays(np.int64, 7, elements=st.integers(0, 1_000)).filter(np.any)


@pytest.mark.parametrize(("reference", "current", "why"), PAIRS)
def test_the_distance_is_scipys_in_bits(reference, current, why):
    shares = binned(sorted_column(reference), sorted_column(current))
    oracle = distance.jensenshannon(shares.reference, shares.current, base=2)
    assert jensen_shannon(shares.reference, shares.current) == pytest.approx(oracle), why


@given(COUNTS, COUNTS)
def test_the_distance_is_symmetric_and_within_0_and_1(reference, current):
    p, q = reference / reference.sum(), current / current.sum()
    assert jensen_shannon(p, q) == pytest.approx(jensen_shannon(q, p), abs=1e-12)
    assert 0 <= jensen_shannon(p, q) <= 1


@given(COUNTS)
def test_shares_are_at_no_distance_from_themselves(counts):
    shares = counts / counts.sum()
    assert jensen_shannon(shares, shares) == 0
