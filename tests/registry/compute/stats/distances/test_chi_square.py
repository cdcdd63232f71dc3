import numpy as np
import pytest
from scipy import stats
from scipy.stats.contingency import association

from registry.compute.stats.distances.chi_square import chi_square

RANDOM = np.random.default_rng(7)
TABLES = [
    (np.array([10, 20, 30]), np.array([12, 19, 33]), "three categories"),
    (RANDOM.integers(1, 500, 60), RANDOM.integers(1, 500, 60), "many"),
    (np.array([10, 0]), np.array([0, 10]), "nothing shared"),
    (np.array([1, 1]), np.array([1, 3]), "a handful: no correction all the same"),
]


@pytest.mark.parametrize(("reference", "current", "why"), TABLES)
def test_the_table_is_scipys_without_correction(reference, current, why):
    result = chi_square(reference, current)
    oracle = stats.chi2_contingency([reference, current], correction=False)
    assert result.statistic == pytest.approx(oracle.statistic), why
    assert (result.dof, result.p) == (oracle.dof, pytest.approx(oracle.pvalue)), why
    assert result.cramers_v == pytest.approx(association(np.array([reference, current]), method="cramer")), why


def test_a_category_that_neither_side_has_takes_no_degree_of_freedom():
    assert chi_square(np.array([5, 0, 5]), np.array([4, 0, 6])) == chi_square(np.array([5, 5]), np.array([4, 6]))


def test_one_category_has_no_p():
    assert chi_square(np.array([5]), np.array([9])) == (0.0, 0, None, 0.0)


def test_a_side_without_values_is_refused():
    with pytest.raises(ValueError, match="without values"):
        chi_square(np.array([0, 0]), np.array([1, 2]))
