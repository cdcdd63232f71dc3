import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.stats.columns.column import Column
from registry.compute.stats.distribution import compare_categorical, compare_numeric
from tests.registry.compute.stats.samples import columns

TEXT = st.lists(st.sampled_from(["a", "b", None]), max_size=30).map(
    lambda values: Column.of(np.array(values, dtype=object), [value is None for value in values])
)
NONE = Column.of(np.array([]))
NULLS = Column.of(np.zeros(300), np.ones(300, dtype=bool))
ONES = Column.of(np.ones(300))
SPREAD = Column.of(np.arange(300.0))


@given(columns(), columns())
def test_no_numeric_column_raises_and_every_gap_has_a_reason(reference, current):
    comparison = compare_numeric(reference, current)
    for statistic in comparison.statistics:
        assert (statistic.value is None) == bool(statistic.reason)
    json.dumps(comparison.as_dict(), allow_nan=False)


@given(TEXT, TEXT)
def test_no_categorical_column_raises_and_every_gap_has_a_reason(reference, current):
    comparison = compare_categorical(reference, current)
    for statistic in comparison.statistics:
        assert (statistic.value is None) == bool(statistic.reason)
    json.dumps(comparison.as_dict(), allow_nan=False)


@given(columns())
def test_a_numeric_column_is_at_no_distance_from_itself(column):
    comparison = compare_numeric(column, column)
    for statistic in comparison.statistics:
        if statistic.name != "ks_p":
            assert statistic.value in (0, None)
            assert not statistic.unbounded


@given(TEXT)
def test_a_categorical_column_is_at_no_distance_from_itself(column):
    comparison = compare_categorical(column, column)
    for statistic in comparison.statistics:
        if statistic.name != "chi_square_p":
            assert statistic.value is None or statistic.value == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize(
    ("reference", "current", "name", "value", "unbounded", "why"),
    [
        (ONES, ONES, "wasserstein_normed", 0.0, False, "the same constant"),
        (ONES, SPREAD, "wasserstein_normed", None, True, "a constant reference that moved"),
        (ONES, SPREAD, "ks", 298 / 300, False, "KS sees it too"),
        (NULLS, NULLS, "ks", None, False, "nothing to compare"),
        (NULLS, NULLS, "psi", 0.0, False, "the null bin is the same"),
        (SPREAD, NULLS, "ks", None, True, "values that vanished whole"),
        (NULLS, SPREAD, "wasserstein_normed", None, True, "values that appeared"),
        (SPREAD, NULLS, "ks_p", None, False, "a p-value is never without bound"),
        (SPREAD, NULLS, "null_share_change", 1.0, False, "all of them"),
        (SPREAD, NONE, "psi", None, False, "no rows, no word"),
        (SPREAD, NONE, "ks", None, False, "no rows are no vanished values"),
        (NONE, SPREAD, "null_share_change", None, False, "no rows, no share"),
    ],
)
def test_constant_empty_and_all_null_columns_have_a_defined_result(reference, current, name, value, unbounded, why):
    statistic = compare_numeric(reference, current)[name]
    assert (statistic.value, statistic.unbounded) == (value, unbounded), why


@pytest.mark.parametrize(
    ("reference", "current", "name", "value", "unbounded", "why"),
    [
        (ONES, ONES, "cramers_v", 0.0, False, "one category"),
        (ONES, ONES, "chi_square_p", None, False, "one category has nothing to test"),
        (ONES, SPREAD, "l_infinity", 299 / 300, False, "a constant that spread"),
        (NULLS, NULLS, "jensen_shannon", 0.0, False, "the null bin is the same"),
        (SPREAD, NULLS, "jensen_shannon", 1.0, False, "nothing shared"),
        (SPREAD, NULLS, "cramers_v", None, True, "values that vanished whole"),
        (NONE, SPREAD, "cramers_v", None, False, "no rows, no word"),
        (NONE, NONE, "psi", None, False, "nothing at all"),
    ],
)
def test_categories_have_a_defined_result_too(reference, current, name, value, unbounded, why):
    statistic = compare_categorical(reference, current)[name]
    assert (statistic.value, statistic.unbounded) == (value, unbounded), why


def test_values_that_turn_into_nan_are_seen():
    broken = Column.of(np.where(np.arange(300) % 2, np.nan, np.arange(300.0)))
    comparison = compare_numeric(SPREAD, broken)
    assert comparison["nan_share_change"].value == 0.5
    assert comparison["psi"].value > 1


def test_infinities_are_values():
    comparison = compare_numeric(SPREAD, Column.of(np.append(np.arange(299.0), math.inf)))
    assert comparison["wasserstein"].unbounded
    assert comparison["ks"].value == pytest.approx(1 / 300)


def test_a_planted_shift_is_found_and_its_absence_too():
    random = np.random.default_rng(5)
    reference, same, shifted = random.normal(size=20_000), random.normal(size=20_000), random.normal(0.5, size=20_000)
    assert compare_numeric(Column.of(reference), Column.of(same))["wasserstein_normed"].value < 0.03
    result = compare_numeric(Column.of(reference), Column.of(shifted))
    assert result["wasserstein_normed"].value == pytest.approx(0.5, abs=0.03)
    # Two normal distributions half a deviation apart: D is 2 Φ(1/4) - 1.
    assert result["ks"].value == pytest.approx(0.1974, abs=0.02)


def test_new_and_gone_categories_are_named_with_their_number():
    result = compare_categorical(Column.of(["a", "b", "b"]), Column.of(["a", "c", "d"])).as_dict()
    assert (result["new"], result["gone"]) == (["c", "d"], ["b"])
    assert (result["categories"], result["new_categories"], result["gone_categories"]) == (4, 2, 1)


def test_a_kind_of_column_has_its_own_statistics_only():
    assert "ks" in compare_numeric(ONES, ONES)
    assert "ks" not in compare_categorical(ONES, ONES)
    with pytest.raises(KeyError):
        compare_categorical(ONES, ONES)["ks"]
