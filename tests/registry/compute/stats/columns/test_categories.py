from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.stats.columns.categories import count, l_infinity, line_up, shares
from registry.compute.stats.columns.column import Column


@pytest.mark.parametrize(
    ("values", "null", "expected", "why"),
    [
        (["AA", "UA", "AA"], [0, 0, 0], {"AA": 2, "UA": 1}, "text"),
        ([True, False, True], [0, 0, 1], {True: 1, False: 1}, "booleans and a null"),
        (np.array(["AA", None, "AA"], dtype=object), [0, 1, 0], {"AA": 2}, "objects"),
        ([float("nan"), float("nan"), 1.0], [0, 0, 0], {"NaN": 2, 1.0: 1}, "NaN is one category"),
        ([], [], {}, "nothing"),
    ],
)
def test_a_column_is_counted_without_its_nulls(values, null, expected, why):
    assert count(Column.of(values, null)) == expected, why


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("defghi")))
def test_new_and_gone_categories_are_those_of_one_side_alone(reference, current):
    both = line_up(Counter(reference), Counter(current))
    assert set(both.new.names) == set(current) - set(reference)
    assert set(both.gone.names) == set(reference) - set(current)
    assert dict(zip(both.names, both.reference.tolist(), strict=True)) == {n: reference.count(n) for n in both.names}


def test_shares_are_of_all_rows_with_nulls_last():
    assert shares(np.array([1, 2]), 1).tolist() == [0.25, 0.5, 0.25]
    with pytest.raises(ValueError, match="without rows"):
        shares(np.array([0]), 0)


def test_l_infinity_is_the_largest_change_of_one_share():
    both = line_up({"a": 50, "b": 50}, {"a": 20, "b": 20, "c": 60})
    assert l_infinity(both, reference_rows=100, current_rows=100) == pytest.approx(0.6)
    assert l_infinity(line_up({}, {}), reference_rows=1, current_rows=1) == 0
