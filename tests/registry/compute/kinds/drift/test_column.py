"""Drift of a column: every type has a defined result, alone; planted changes are found."""

import datetime
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import ks_2samp, wasserstein_distance

from registry.compute.kinds.drift.column import ColumnDrift, compare
from registry.compute.kinds.drift.side_values import of_arrays
from registry.compute.stats.result import Outcome

N = 400
HOSTILE = {
    "constant": [1.0] * N,
    "empty": [],
    "all null": [None] * N,
    "null of a type": pa.array([None] * N, pa.float64()),
    "infinite": [float("inf")] * N,
    "not a number": [float("nan")] * N,
    "mixed": [1.0, None, float("nan"), float("-inf")] * (N // 4),
    "whole": list(range(N)),
    "beyond float64": [2**60 + index for index in range(N)],
    "huge": [1e308, -1e308] * (N // 2),
    "truth": [True, False] * (N // 2),
    "quotes": ["a'\"b", '";--', ""] * (N // 3),
    "ids": [f"row {index}" for index in range(3_000)],
    "dictionary": pa.array(["a", None] * (N // 2)).dictionary_encode(),
    "date": [datetime.date(2024, 1, 1)] * N,
    "time stamp": [datetime.datetime(2024, 1, 1, 2)] * N,
    "zoned": [datetime.datetime(2024, 1, 1, 2, tzinfo=datetime.UTC)] * N,
    "time": [datetime.time(1, 2)] * N,
    "duration": [datetime.timedelta(seconds=2)] * N,
}


def column(values) -> pa.ChunkedArray:
    return pa.chunked_array([values if isinstance(values, pa.Array) else pa.array(values)])


def compared(name: str, before: pa.ChunkedArray, after: pa.ChunkedArray) -> ColumnDrift:
    return compare(name, of_arrays(before, after))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_of_any_type_against_itself_never_drifts(name):
    result = compared(name, column(HOSTILE[name]), column(HOSTILE[name]))
    assert result.verdict.outcome in (Outcome.PASSED, Outcome.NOT_APPLICABLE, Outcome.NOT_ENOUGH_DATA)
    assert result.verdict.sentence.endswith(".")


@pytest.mark.parametrize(("before", "after"), list(product(HOSTILE, HOSTILE)))
def test_no_pair_of_columns_raises_and_none_of_different_content_passes_for_nothing(before, after):
    result = compared("x", column(HOSTILE[before]), column(HOSTILE[after]))
    assert result.verdict.outcome in set(Outcome) - {Outcome.ERRORED}
    if "null" in before and after in ("constant", "truth", "ids", "infinite"):
        assert result.verdict.outcome is not Outcome.PASSED


def test_numbers_are_held_against_scipy():
    random = np.random.default_rng(5)
    before, after = random.normal(size=1_000), random.normal(0.3, 1.2, size=900)
    content = compared("x", column(before), column(after)).content
    assert content["ks"] == ks_2samp(before, after).statistic
    assert content["wasserstein"] == pytest.approx(wasserstein_distance(before, after), rel=1e-12)
    assert content["summary_ref"]["mean"] == pytest.approx(before.mean())
    assert content["summary_cur"]["quantiles"]["0.25"] == pytest.approx(np.quantile(after, 0.25))


def test_a_text_column_is_compared_by_length():
    before = [f"name {index:05}" for index in range(3_000)]
    result = compared("name", column(before), column([f"{name} and then some more" for name in before]))
    assert (result.kind, result.verdict.outcome) == ("text", Outcome.DRIFTED)


def test_categories_that_are_new_or_gone_are_named_and_the_commonest_counted():
    result = compared("carrier", column(["AA"] * 300 + ["UA"] * 100), column(["AA"] * 300 + ["WN"] * 100))
    assert (result.content["new"], result.content["gone"]) == (["WN"], ["UA"])
    assert result.content["commonest"][0] == {"category": "AA", "reference": 300, "current": 300}


def test_a_time_that_moved_on_is_no_drift_but_its_nulls_are():
    before = [datetime.date(2024, 1, 1)] * N
    assert compared("at", column(before), column([datetime.date(2025, 1, 1)] * N)).verdict.outcome is Outcome.PASSED
    assert compared("at", column(before), column([None] * 50 + before[50:])).verdict.outcome is Outcome.DRIFTED


@pytest.mark.slow
def test_a_million_categories_are_counted_without_making_each_a_python_value():
    codes = np.random.default_rng(6).integers(0, 400_000, 1_000_000)
    side = column(pa.array(codes).cast(pa.string()))
    result = compared("id", side, side)
    assert result.content["categories"] == len(np.unique(codes))
    assert result.verdict.outcome is Outcome.PASSED
