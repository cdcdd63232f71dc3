"""Columns that engines disagree about when nobody looks: each a name, an Arrow type, two sides; and how they agree."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import strategies as st

import platform_site
from registry.compute.stats.columns.column import Column
from registry.compute.stats.comparison import Comparison
from tests import golden

FLIGHTS = Path(platform_site.__file__).parent / "roof" / "demo" / "flights.parquet"
DRIFT = golden.load("flights")["drift_january_to_july"]
EXACT = ("ks", "null_share_change", "nan_share_change")
NAN, INF = float("nan"), float("inf")


class Pair(NamedTuple):
    """Both sides of a column; ``column`` is what the tables call it."""

    why: str
    type: pa.DataType
    reference: Sequence[Any]
    current: Sequence[Any]
    column: str = "v"


RANDOM = np.random.default_rng(20_130_107)
DOUBLE = pa.float64()
NUMBERS = [
    Pair("floats", DOUBLE, RANDOM.normal(size=500).tolist(), RANDOM.normal(0.3, 2, size=701).tolist()),
    Pair("many ties", pa.int64(), RANDOM.poisson(3, 400).tolist(), RANDOM.poisson(4, 399).tolist()),
    Pair("a mean far from zero", DOUBLE, [1e9, 1e9 + 1, 1e9 + 2], [1e9 + 0.5, 1e9 + 4]),
    Pair("small whole numbers", pa.int16(), [-32768, 32767, 0, None], [5, 5, None, None]),
    Pair("whole numbers beyond float64", pa.int64(), [2**53, 2**53 + 1, 2**62], [2**53 + 1, -(2**62)]),
    Pair(
        "decimals", pa.decimal128(10, 2), [Decimal("1.10"), Decimal("2.20"), None], [Decimal("2.20"), Decimal("9.99")]
    ),
    Pair("single precision", pa.float32(), [0.5, 1.25, NAN], [0.25, INF, None]),
    Pair("booleans", pa.bool_(), [True, True, False, None], [False, False, True]),
    Pair("nulls and NaN", DOUBLE, [1.0, None, NAN, 2.0, NAN], [None, NAN, 2.0]),
    Pair("infinities on both sides", DOUBLE, [-INF, 0.0, 1.0, INF], [-INF, 0.5, 2.0, INF]),
    Pair("infinities on one side", DOUBLE, [0.0, 1.0], [0.0, INF, -INF]),
    Pair("infinities alone", DOUBLE, [INF, INF, -INF], [INF, -INF]),
    Pair("the same infinity", DOUBLE, [INF], [INF, INF]),
    Pair("signed zeros", DOUBLE, [-0.0, 0.0, 1.0], [0.0, -0.0]),
    Pair("a constant that stays", DOUBLE, [7.0] * 5, [7.0] * 3),
    Pair("a constant that moves", DOUBLE, [7.0] * 5, [7.5] * 3),
    Pair("one row", DOUBLE, [4.0], [5.0]),
    Pair("the edges of float64", DOUBLE, [1.7e308, -1.7e308, 0.0], [1.7e308, 5e-324]),
    Pair("huge beside tiny", DOUBLE, [1e300, -1e300, 5.0], [1e-300, 0.0]),
    Pair("a tiny reference, a huge current side", DOUBLE, [1e-5, 2e-5, 3e-5], [1e300, 1e-5]),
    Pair("all null", DOUBLE, [None, None], [None]),
    Pair("null on the current side", DOUBLE, [1.0, 2.0], [None, None]),
    Pair("null on the reference", DOUBLE, [None, None], [1.0]),
    Pair("NaN alone", DOUBLE, [NAN, NAN], [NAN]),
    Pair("NaN on the current side", DOUBLE, [1.0, 2.0, 3.0], [NAN, None]),
    Pair("an empty reference", DOUBLE, [], [1.0]),
    Pair("an empty current side", pa.bool_(), [True], []),
    Pair("two empty tables", DOUBLE, [], []),
    Pair("a quoted name", DOUBLE, [1.0, 2.0], [2.0, 3.0], 'a "quoted" name'),
    Pair("another quoted name", DOUBLE, [1.0, 2.0], [2.0, 3.0], "it's `so` 100%s"),
    Pair("a name with capitals and dots", DOUBLE, [1.0, 2.0], [2.0, 3.0], "Dep.Delay"),
    Pair("a name that is a word of SQL", DOUBLE, [1.0, 2.0], [2.0, 3.0], "select"),
]
CATEGORIES = [
    Pair("text", pa.string(), ["AA", "UA", "AA", None], ["UA", "WN"]),
    Pair("text with quotes", pa.string(), ["it's", 'a "b"', "", "`", "\\", "ü\n"], ["it's", "", " ", "%s"]),
    Pair("text that is called as null and NaN are", pa.string(), ["NULL", None, "NaN"], ["null", "None", None]),
    Pair("case and blanks at the end", pa.string(), ["a", "A", "a "], ["a"]),
    Pair("booleans", pa.bool_(), [True, None, False], [True, True]),
    Pair("codes", pa.int32(), [1, 2, 2, None], [2, 3]),
    Pair("floats with NaN", DOUBLE, [1.5, NAN, NAN, None, INF], [NAN, 1.5, -0.0]),
    Pair("decimals", pa.decimal128(6, 2), [Decimal("1.10"), None], [Decimal("1.10"), Decimal("2.00")]),
    Pair("one category", pa.string(), ["x", "x"], ["x"]),
    Pair("all null", pa.string(), [None], [None, None]),
    Pair("null on one side", pa.string(), ["x"], [None]),
    Pair("an empty reference", pa.string(), [], ["x"]),
    Pair("two empty tables", pa.string(), [], []),
    Pair("a quoted name", pa.string(), ["x", "y"], ["x"], 'a "quoted" `name`'),
]
# Eighths of small numbers: their sums are exact, so that no order of adding is the right one.
ANY_NUMBER = st.none() | st.sampled_from([NAN, INF, -INF, 0.0]) | st.integers(-8_000, 8_000).map(lambda n: n / 8)
SIDES = st.lists(ANY_NUMBER, max_size=40)


def why(pair: Pair) -> str:
    return pair.why


def as_table(pair: Pair, values: Sequence[Any]) -> pa.Table:
    return pa.table({pair.column: pa.array(values, pair.type)})


def as_column(pair: Pair, values: Sequence[Any]) -> Column:
    """The side as the statistics take it."""
    held = pa.array(values, pair.type).to_pylist()
    null = [value is None for value in held]
    present = np.empty(len(held), dtype=object)
    present[:] = [False if value is None else value for value in held]
    return Column.of(present, null)


def assert_same(comparison: Comparison, expected: Comparison) -> None:
    """Counts and exact statistics equal, the others within 1e-9, every reason word for word."""
    plain, wanted = comparison.as_dict(), expected.as_dict()
    assert [(statistic.name, statistic.reason, statistic.unbounded) for statistic in comparison.statistics] == [
        (statistic.name, statistic.reason, statistic.unbounded) for statistic in expected.statistics
    ]
    inexact = {statistic.name for statistic in expected.statistics if statistic.value is not None} - set(EXACT)
    assert {key: plain[key] for key in plain.keys() - inexact} == {key: wanted[key] for key in wanted.keys() - inexact}
    for name in inexact:
        assert plain[name] == pytest.approx(wanted[name], rel=1e-9, abs=1e-12), name
