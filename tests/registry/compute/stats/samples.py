"""Seeded pairs of samples that the statistics are held against an oracle on, and laws are tried on."""

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from registry.compute.stats.columns.column import Column, SortedColumn
from registry.compute.stats.equality_rule import rule_of
from registry.compute.stats.parity import Parity, compare_rows

RANDOM = np.random.default_rng(20_130_101)
PAIRS = [
    (RANDOM.normal(size=5_000), RANDOM.normal(0.2, 1.1, size=7_001), "continuous, sizes without a common factor"),
    (RANDOM.poisson(3, 4_000), RANDOM.poisson(3.2, 4_000), "many ties"),
    (RANDOM.exponential(size=900), RANDOM.exponential(size=900), "no drift"),
    (np.zeros(50), np.ones(60), "two constants"),
    (np.array([4.0]), RANDOM.normal(size=30), "one row"),
    (np.array([1e300, -1e300, 5.0]), np.array([1e-300, 0.0]), "huge and tiny"),
    (RANDOM.choice([0.0, 0.0, 0.0, 7.0, 9.0], 2_000), RANDOM.choice([0.0, 7.0, 8.0], 2_000), "mostly one value"),
]
FLOATS = hnp.arrays(np.float64, st.integers(1, 40), elements=st.floats(-1e6, 1e6))
ANY_FLOATS = hnp.arrays(np.float64, st.integers(0, 40), elements=st.floats())


@st.composite
def columns(draw):
    """A numeric column with anything in it: nulls, NaN, infinities, nothing at all."""
    values = draw(ANY_FLOATS)
    return Column.of(values, draw(hnp.arrays(bool, values.shape)))


def ascending(values):
    return np.sort(np.asarray(values, dtype=np.float64))


def sorted_column(values, null=None):
    return SortedColumn.of(Column.of(values, null))


def compared_rows(trained: Column, current: Column, **in_sides) -> Parity:
    """Both columns, as Arrow has them, compared row by row by the rule of their types."""
    left, right = (pa.chunked_array([pa.array(side.values, mask=side.null)]) for side in (trained, current))
    return compare_rows(left, right, rule_of(left.type, right.type), **in_sides)
