"""The summary is of the finite values; distinct values count the infinities too."""

import numpy as np
import pytest

from registry.compute.stats.columns.summary import commonest, summary
from tests.registry.compute.stats.samples import sorted_column


def test_nulls_nan_and_infinities_are_apart():
    result = summary(sorted_column([1.0, 3.0, np.inf, np.nan, 9.0], [False, False, False, False, True]))
    assert (result.mean, result.smallest, result.largest, result.quantiles["0.5"], result.distinct) == (
        2.0,
        1.0,
        3.0,
        2.0,
        3,
    )


@pytest.mark.parametrize(("values", "distinct"), [([], 0), ([np.inf, -np.inf], 2), ([np.nan], 0)])
def test_without_finite_values_there_is_nothing_but_the_count(values, distinct):
    result = summary(sorted_column(np.array(values, dtype=float)))
    assert (result.mean, result.deviation, result.smallest, result.largest, result.quantiles) == (
        None,
        None,
        None,
        None,
        {},
    )
    assert result.distinct == distinct


def test_huge_values_do_not_overflow():
    result = summary(sorted_column([-1.7e308, 1.7e308]))
    assert (result.quantiles["0.5"], result.largest) == (0.0, 1.7e308)


def test_the_most_common_of_both_sides_with_ties_in_a_fixed_order():
    result = commonest({"b": 2, "a": 2}, {"c": 5, "a": 0}, most=2)
    assert [(row["category"], row["reference"], row["current"]) for row in result] == [("c", 0, 5), ("a", 2, 0)]
