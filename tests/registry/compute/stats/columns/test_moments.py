import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.stats.columns.moments import CHUNK, shape

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
    moments = shape(sample)
    scale = float(np.abs(sample).max())
    assert moments.mean == pytest.approx(float(np.mean(sample / scale)) * scale, rel=1e-12, abs=1e-15 * scale)
    assert moments.deviation == pytest.approx(float(np.std(sample / scale)) * scale, rel=1e-12, abs=1e-15 * scale)
    assert moments.distinct == np.unique(sample).size


@given(st.lists(st.sampled_from([-np.inf, -1.5, -0.0, 0.0, 2.0, np.inf]), max_size=400))
def test_distinct_values_are_counted_with_the_infinities(values):
    sample = np.sort(np.array(values, dtype=float))
    assert shape(sample).distinct == np.unique(sample).size


def test_a_value_that_begins_at_the_edge_of_a_chunk_is_counted_once():
    for edge in (CHUNK - 1, CHUNK, CHUNK + 1, CHUNK + 2):
        assert shape(np.repeat([1.0, 2.0], [edge, 3])).distinct == 2


def test_no_number_at_all_and_infinities_alone_have_no_moments():
    assert shape(np.array([])) == (None, None, 0)
    assert shape(np.array([-np.inf, np.inf, np.inf])) == (None, None, 2)
