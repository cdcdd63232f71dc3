import math

import numpy as np
import pytest
from hypothesis import given
from scipy.special import kl_div, rel_entr

from registry.compute.stats.columns.binning import binned
from registry.compute.stats.columns.column import SortedColumn
from registry.compute.stats.distances.psi import psi
from tests.registry.compute.stats.samples import PAIRS, columns, sorted_column


@pytest.mark.parametrize(("reference", "current", "why"), PAIRS)
def test_the_index_is_the_sum_of_both_divergences_of_the_floored_shares(reference, current, why):
    shares = binned(sorted_column(reference), sorted_column(current))
    p, q = np.maximum(shares.reference, 1e-4), np.maximum(shares.current, 1e-4)
    assert psi(shares.reference, shares.current) == pytest.approx((rel_entr(p, q) + rel_entr(q, p)).sum()), why
    assert psi(shares.reference, shares.current) == pytest.approx((kl_div(p, q) + kl_div(q, p)).sum()), why


def test_an_emptied_bin_weighs_much_and_not_infinitely():
    assert psi(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == pytest.approx(
        0.5 * math.log(2) + 0.4999 * math.log(5_000)
    )


@given(columns(), columns())
def test_the_index_is_never_negative_and_nothing_for_the_same_column(reference, current):
    sides = SortedColumn.of(reference), SortedColumn.of(current)
    if sides[0].rows and sides[1].rows:
        shares = binned(*sides)
        assert psi(shares.reference, shares.current) >= 0
        assert psi(shares.current, shares.current) == 0
