"""Aggregates of an engine turned into statistics."""

import math

import numpy as np
import pytest

from registry.compute.pushdown.numeric_columns import (
    Facts,
    Moments,
    edges_of,
    moments,
    power_of_two,
    ranks_of,
    result,
    shares,
)
from registry.compute.stats.columns.binning import DECILES


def test_the_facts_of_a_side_from_its_row():
    facts = Facts.of([1, 10, 8, 3, -math.inf, 5.0, 4, 0.5, 5.0])
    assert (facts.rows, facts.nulls, facts.nans, facts.numbers, facts.finite) == (10, 2, 3, 5, 4)
    assert facts.share(facts.nulls) == 0.2
    assert Facts().share(0) is None


@pytest.mark.parametrize("numbers", [1, 2, 9, 10, 11, 40])
def test_edges_are_the_deciles_of_numpy(numbers):
    values = np.sort(np.random.default_rng(numbers).normal(size=numbers))
    facts = Facts(rows=numbers, numbers=numbers, least=values[0], greatest=values[-1])
    edges = edges_of(facts, {rank: values[rank] for rank in ranks_of(numbers)})
    if numbers > 1:
        assert edges.tolist() == np.unique(np.quantile(values, DECILES)).tolist()
    else:
        assert edges.tolist() == [values[0], math.nextafter(values[0], math.inf)]


def test_without_numbers_there_are_neither_ranks_nor_edges():
    assert ranks_of(0) == []
    assert edges_of(Facts(rows=3, nulls=3), {}).size == 0


@pytest.mark.parametrize(("largest", "scale"), [(8.0, 8.0), (7.9, 4.0), (-9.0, 8.0), (0.0, 1.0)])
def test_the_scale_is_a_power_of_two_below_the_largest_magnitude(largest, scale):
    assert power_of_two(Facts(finite_least=largest, finite_greatest=0.0), Facts()) == scale
    assert power_of_two(Facts()) == 1.0


def test_the_deviation_is_corrected_for_the_rounded_mean():
    values, mean = np.array([1.0, 2.0, 4.0]), 2.0  # not quite their mean
    sums = [(values - mean).sum(), ((values - mean) ** 2).sum()]
    deviation = Moments(mean=mean, scale=2.0).with_deviation(sums, 3).deviation
    assert deviation == pytest.approx(values.std() * 2.0, rel=1e-12)
    assert Moments().with_deviation([None, None], 0).deviation == 0.0


@pytest.mark.parametrize(
    ("row", "wasserstein"),
    [([0.5, 1.0, 3.0, 0, 6.0], 12.0), ([0.5, 1.0, 3.0, 1, 6.0], math.inf), ([0.0, None, None, 0, None], 0.0)],
)
def test_the_area_is_in_the_unit_of_the_column_and_may_have_no_bound(row, wasserstein):
    assert moments(row, Facts(finite=3), 4.0, 1.0).wasserstein == wasserstein


def test_nan_is_a_bin_where_either_side_has_it():
    reference, current = Facts(rows=4, nulls=1, numbers=3), Facts(rows=4, nans=2, numbers=2)
    bins = shares(reference, current, [1], [2])
    assert bins.reference.tolist() == [0.25, 0.5, 0.25, 0.0]
    assert bins.current.tolist() == [0.5, 0.0, 0.0, 0.5]
    assert shares(reference, reference, [1], [1]).reference.tolist() == [0.25, 0.5, 0.25]


def test_a_side_without_rows_has_no_distance_and_says_so():
    comparison = result(Facts(), Facts(rows=2, numbers=2), None, None)
    assert comparison["ks"].value is None
    assert comparison["ks"].reason
