"""Two random samples of one population stay below the floor, whatever the population; a shift does not."""

from __future__ import annotations

import numpy as np
import pytest

from registry.compute.stats.distances.jensen_shannon import jensen_shannon
from registry.compute.stats.distances.psi import psi
from registry.compute.stats.distances.sup_distance import largest_gap
from registry.compute.stats.distances.wasserstein import wasserstein_of
from registry.compute.stats.noise import Ordered, category_floors, numeric_floors, share_floor, wasserstein_floor

POPULATIONS = {
    "normal": lambda random, n: random.normal(size=n),
    "uniform": lambda random, n: random.uniform(size=n),
    "heavy tails": lambda random, n: random.standard_cauchy(n),
    "skewed": lambda random, n: random.lognormal(0, 2, n),
    "mostly zero": lambda random, n: random.exponential(size=n) * (random.uniform(size=n) < 0.1),
    "two values": lambda random, n: (random.uniform(size=n) < 0.3).astype(float),
    "whole": lambda random, n: random.poisson(3, n).astype(float),
}
DRAWS, CHANCE = 400, 6  # of which at most so many may be above: 1.5 %, where 0.1 % is meant


@pytest.mark.parametrize("size", [50, 200, pytest.param(1_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("population", POPULATIONS)
def test_wasserstein_of_random_halves_is_below_its_floor(population, size):
    random, above = np.random.default_rng(size), 0
    for _ in range(DRAWS):
        halves = [np.sort(POPULATIONS[population](random, size)) for _ in range(2)]
        above += wasserstein_of(*halves) > wasserstein_floor(*map(Ordered.of, halves))
    assert above <= CHANCE


@pytest.mark.parametrize(("categories", "rows"), [(2, 200), (10, 200), (50, 1_000), (100, 200), (300, 300)])
def test_shares_of_random_halves_are_below_their_floors(categories, rows):
    random, above = np.random.default_rng(rows), {"jensen_shannon": 0, "psi": 0, "l_infinity": 0}
    shares = random.dirichlet(np.ones(categories))
    for _ in range(DRAWS):
        sides = [random.multinomial(rows, shares) for _ in range(2)]
        p, q = (side / rows for side in sides)
        floors = category_floors(*sides)
        above["jensen_shannon"] += jensen_shannon(p, q) > floors["jensen_shannon"]
        above["l_infinity"] += np.abs(p - q).max() > floors["l_infinity"]
        if categories <= 50:
            above["psi"] += psi(p, q) > floors["psi"]
    assert max(above.values()) <= CHANCE


def test_ks_of_random_halves_is_below_its_floor():
    random = np.random.default_rng(3)
    halves = [[np.sort(random.normal(size=300)) for _ in range(2)] for _ in range(DRAWS)]
    floor = numeric_floors(*map(Ordered.of, halves[0]), deviation=1.0, bins=10)["ks"]
    assert sum(largest_gap(*pair) > floor for pair in halves) <= CHANCE


def test_the_share_of_nulls_of_random_halves_is_below_its_floor():
    random = np.random.default_rng(4)
    nulls = random.binomial(400, 0.05, size=(DRAWS, 2))
    assert (
        sum(after / 400 - before / 400 > share_floor((before + after) / 800, 400, 400) for before, after in nulls)
        <= CHANCE
    )


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_the_share_of_a_small_sample_is_below_the_floor_of_a_smaller_level_too(share):
    random, draws, level = np.random.default_rng(6), 200_000, 1e-4
    before, after = random.binomial(8_400, share, draws), random.binomial(300, share, draws)
    together = np.unique(np.stack([before, after]), axis=1, return_counts=True)
    above = sum(
        int(count)
        for many, few, count in zip(*together[0], together[1], strict=True)
        if few / 300 - many / 8_400 > 2.5 * np.sqrt(share * (1 - share) / 300)
        and few / 300 - many / 8_400 > share_floor((many + few) / 8_700, 8_400, 300, level=level)
    )
    assert above <= 3 * level * draws


def test_a_reference_that_is_constant_at_the_smallest_number_has_a_floor():
    reference = Ordered.of(np.full(300, -np.finfo(float).max))
    current = Ordered.of(np.sort(np.array([*reference.values, 0.0])))
    assert numeric_floors(reference, current, deviation=0.0, bins=3)["wasserstein_normed"] == np.inf


def test_a_share_of_none_or_of_all_has_no_floor():
    assert share_floor(0.0, 100, 100) == share_floor(1.0, 100, 100) == share_floor(0.5, 0, 100) == 0.0


def test_a_floor_does_not_hide_a_shift_and_shrinks_with_the_rows():
    random = np.random.default_rng(5)
    floors = []
    for size in (200, 20_000):
        halves = [np.sort(random.normal(size=size)), np.sort(random.normal(size=size) + 0.5)]
        floors.append(wasserstein_floor(*map(Ordered.of, halves)))
        assert wasserstein_of(*halves) > floors[-1]
    assert floors[1] < floors[0] / 5


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0], [-1e308, 1e308], [5e-324, 0.0]])
def test_columns_of_nearly_nothing_have_a_finite_floor(values):
    column = Ordered.of(np.sort(np.array(values)))
    assert all(np.isfinite(floor) for floor in numeric_floors(column, column, deviation=1e300, bins=3).values())
