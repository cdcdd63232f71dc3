import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.stats.columns.column import Column, SortedColumn
from registry.compute.stats.columns.moments import CHUNK, shape
from registry.compute.stats.distances.ecdf import steps
from registry.compute.stats.distances.sup_distance import largest_gap
from registry.compute.stats.distances.wasserstein import wasserstein
from registry.compute.stats.distribution import compare_sorted

RANDOM = np.random.default_rng(7)
MANY = RANDOM.normal(size=2 * CHUNK + 17)
SAMPLES = {
    "around zero": MANY,
    "far from zero": MANY + 1e9,
    "skewed": np.exp(3 * MANY),
    "tied": MANY.round(1),
    "half of it one value": np.where(MANY > 0, MANY, 0.0),
    "one value": MANY * 0 + 0.1,
    "one row": MANY[:1],
    "large": MANY * 1e200,
    "tiny": MANY * 1e-200,
}


@pytest.mark.parametrize("which", SAMPLES)
def test_mean_and_deviation_are_numpys(which):
    sample = np.sort(SAMPLES[which])
    found = shape(sample)
    scale = float(np.abs(sample).max())
    assert found.mean == pytest.approx(float(np.mean(sample / scale)) * scale, rel=1e-12, abs=1e-15 * scale)
    assert found.deviation == pytest.approx(float(np.std(sample / scale)) * scale, rel=1e-12, abs=1e-15 * scale)
    assert found.distinct == np.unique(sample).size


@given(st.lists(st.sampled_from([-np.inf, -1.5, -0.0, 0.0, 2.0, np.inf]), max_size=400))
def test_what_is_tied_is_the_sample(values):
    sample = np.sort(np.array(values, dtype=float))
    found = shape(sample)
    assert found.distinct == np.unique(sample).size
    if found.tied:
        assert np.array_equal(found.tied.whole(), sample)
        assert shape(found.tied)[2:] == found[2:] or sample.size
    else:
        assert found.distinct > max(sample.size // 16, 1) or not sample.size


def test_no_number_at_all_and_infinities_alone_have_no_moments():
    assert shape(np.array([]))[:3] == (None, None, 0)
    assert shape(np.array([-np.inf, np.inf, np.inf]))[:3] == (None, None, 2)


@given(
    st.lists(st.integers(0, 9), min_size=160, max_size=400), st.lists(st.integers(3, 12), min_size=160, max_size=400)
)
def test_tied_samples_are_compared_as_the_whole_walk_compares_them(one, other):
    sides = [SortedColumn.of(Column.of(np.array(values, dtype=float))) for values in (one, other)]
    found = compare_sorted(*sides)
    assert all(side.shape.tied for side in sides)
    whole = [side.numbers for side in sides]
    assert found["ks"].value == largest_gap(*whole), "to the last bit"
    assert found["wasserstein"].value == pytest.approx(wasserstein(steps(*whole)), rel=1e-12)
