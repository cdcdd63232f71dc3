"""Rows in the order of any whole numbers, however far apart, and where each group of them begins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.sandbox.confined import row_order
from registry.compute.sandbox.confined.row_order import in_order, order

KINDS = ["i1", "u1", "i2", "i4", "u4", "i8", "u8"]


@st.composite
def columns(draw):
    """One to four columns of the same number of rows, each of few values or of any."""
    rows = draw(st.integers(1, 40))

    def column(kind):
        bounds = np.iinfo(kind)
        few = draw(st.lists(st.integers(bounds.min, bounds.max), min_size=1, max_size=3))
        return np.array(draw(st.lists(st.sampled_from(few), min_size=rows, max_size=rows)), kind)

    return [column(draw(st.sampled_from(KINDS))) for _ in range(draw(st.integers(1, 4)))]


@given(columns(), st.integers(1, 4))
def test_the_order_is_that_of_a_stable_sort(drawn, groups):
    groups = min(groups, len(drawn))
    places, starts = order(drawn[:groups], drawn[groups:])
    expected = np.lexsort(drawn[::-1])
    assert places.tolist() == expected.tolist()
    rows = list(zip(*(column[expected].tolist() for column in drawn[:groups]), strict=True))
    assert starts.tolist() == [at for at, row in enumerate(rows) if not at or row != rows[at - 1]]


@given(columns())
def test_rows_stand_in_order_where_sorting_leaves_them(drawn):
    rows = list(zip(*(column.tolist() for column in drawn), strict=True))
    assert in_order(drawn) == (rows == sorted(rows))
    assert in_order(drawn, strictly=True) == (rows == sorted(set(rows)))


@pytest.mark.parametrize("at_once", [1, 3, 1_000])
def test_what_is_packed_at_once_does_not_matter(monkeypatch, at_once):
    monkeypatch.setattr(row_order, "AT_ONCE", at_once)
    random = np.random.default_rng(5)
    who, when = random.integers(0, 9, 100), random.integers(-(2**62), 2**62, 100)
    places, starts = order([who], [when])
    assert places.tolist() == np.lexsort((when, who)).tolist()
    assert starts.tolist() == np.unique(np.sort(who), return_index=True)[1].tolist()
