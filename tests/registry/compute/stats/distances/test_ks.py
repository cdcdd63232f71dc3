import math

import pytest
from hypothesis import given
from scipy import stats

from registry.compute.stats.distances.ecdf import steps
from registry.compute.stats.distances.ks import LARGE_SAMPLE, ks_distance, ks_p, smirnov_tail
from tests.registry.compute.stats.samples import FLOATS, PAIRS, ascending


@pytest.mark.parametrize(("reference", "current", "why"), PAIRS)
def test_the_distance_is_scipys_to_the_last_bit_and_p_its_asymptotic_one(reference, current, why):
    oracle = stats.ks_2samp(reference, current, method="asymp")
    distance = ks_distance(steps(ascending(reference), ascending(current)))
    assert distance == oracle.statistic, why
    assert ks_p(distance, len(reference), len(current)) == pytest.approx(oracle.pvalue, rel=1e-9), why


@pytest.mark.parametrize("size", [LARGE_SAMPLE, 1_003, 14_000, 168_388])
@pytest.mark.parametrize("effect", [2.2, 5.0, 17.9, 18.1, 100.0, 300.0])
def test_the_tail_of_a_large_sample_keeps_nine_digits(size, effect):
    distance = math.sqrt(effect / size)
    if distance < 0.5:
        assert 2 * smirnov_tail(distance, size) == pytest.approx(stats.kstwo.sf(distance, size), rel=1e-9, abs=1e-290)


@pytest.mark.parametrize("distance", [0.0, 0.001, 0.046, 0.047, 0.3, 0.49999, 0.5, 0.99, 1.0])
def test_p_is_scipys_on_both_sides_of_every_threshold(distance):
    assert ks_p(distance, 2_000, 2_000) == pytest.approx(stats.kstwo.sf(distance, 1_000), rel=1e-9, abs=1e-290)


def test_infinities_are_the_ends_of_the_line():
    both = steps(ascending([-math.inf, 0.0, math.inf]), ascending([0.0, math.inf, math.inf]))
    assert ks_distance(both) == pytest.approx(1 / 3)


def test_two_single_rows_have_no_asymptotic_p():
    assert ks_p(1.0, 1, 1) is None


@given(FLOATS, FLOATS)
def test_the_distance_is_symmetric_and_within_0_and_1(reference, current):
    result = ks_distance(steps(ascending(reference), ascending(current)))
    back = ks_distance(steps(ascending(current), ascending(reference)))
    assert result == back
    assert 0 <= result <= 1


@given(FLOATS)
def test_a_sample_is_at_no_distance_from_itself(sample):
    assert ks_distance(steps(ascending(sample), ascending(sample))) == 0
