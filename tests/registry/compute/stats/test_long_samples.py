"""Samples so long that both exact distances take their short ways: they must find what the whole walk finds."""

import numpy as np
import pytest

from registry.compute.stats.distances.ecdf import steps
from registry.compute.stats.distances.ks import ks_distance
from registry.compute.stats.distances.sup_distance import largest_gap
from registry.compute.stats.distances.wasserstein import wasserstein, wasserstein_of

RANDOM = np.random.default_rng(23)
NORMAL, OTHER = RANDOM.normal(size=200_000), RANDOM.normal(size=197_311)
PAIRS = [
    ("nothing moved", NORMAL, OTHER),
    ("a small move", NORMAL, OTHER + 0.05),
    ("a large one", NORMAL, OTHER + 9),
    ("ties", NORMAL.round(2), (OTHER + 0.03).round(2)),
    ("one value", NORMAL.round(0) * 0, OTHER.round(0) * 0 + 1),
    ("few values", NORMAL.round(0), OTHER.round(0)),
    ("far from zero", NORMAL + 1e6, OTHER + 1e6 + 0.2),
    ("another spread", NORMAL, OTHER * 1.3),
    ("a long tail", np.exp(3 * NORMAL), np.exp(3 * OTHER) * 1.01),
    ("a gap within", np.where(NORMAL > 0, NORMAL + 5, NORMAL), OTHER),
    ("a part of the other", NORMAL, NORMAL[:150_001]),
    ("much shorter", NORMAL, OTHER[:3_000] + 0.1),
    ("one row more", NORMAL, NORMAL[1:]),
    ("some rows more", NORMAL, RANDOM.normal(size=199_950)),
    ("hardly enough more for runs", NORMAL, RANDOM.normal(size=200_000 - 200_000 // 2_048)),
    ("too many more for runs", NORMAL, RANDOM.normal(size=200_000 - 200_000 // 2_048 - 1)),
    ("with infinities", np.append(NORMAL, [np.inf, -np.inf]), np.append(OTHER, [np.inf, -np.inf])),
]


@pytest.mark.parametrize(("what", "values", "other"), PAIRS, ids=[what for what, *_ in PAIRS])
def test_the_short_ways_find_what_the_whole_walk_finds(what, values, other):
    sides = np.sort(values), np.sort(other)
    for pair in (sides, sides[::-1]):
        whole = steps(*pair)
        assert largest_gap(*pair) == ks_distance(whole), "to the last bit"
        assert wasserstein_of(*pair) == pytest.approx(wasserstein(whole), rel=1e-12)
