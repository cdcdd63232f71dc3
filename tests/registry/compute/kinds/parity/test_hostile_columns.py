"""No column of any Arrow type, on one side or both, as value, key, event time or slice, stops a parity run or leaves it content
that is not JSON."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.parity import definition_parity
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.parity.log_parity import judge_feature
from registry.compute.stats.result import Outcome

N = 8
LATE = pa.array([4_398_000] * N, pa.int32()).cast(pa.date32())  # the year 14011
HOSTILE = {
    "null": pa.nulls(N),
    "null of a type": pa.array([None] * N, pa.float64()),
    "mixed": pa.array([1.0, None, float("nan"), float("-inf")] * 2),
    "huge": pa.array([1e308, -1e308] * 4),
    "half float": pa.array(np.array([1.5] * N, dtype=np.float16)),
    "single float": pa.array([1.5] * N, pa.float32()),
    "unsigned": pa.array([2**64 - 1, 0] * 4, pa.uint64()),
    "beyond float64": pa.array([2**53 + index for index in range(N)]),
    "both ends": pa.array([-(2**63), 2**63 - 1] * 4),
    "truth": pa.array([True, False] * 4),
    "text": pa.array(["a'\"b", "\x00", None, "é"] * 2),
    "large text": pa.array(["a"] * N, pa.large_string()),
    "view of text": pa.array(["a"] * N, pa.string_view()),
    "view of bytes": pa.array([b"a"] * N, pa.binary_view()),
    "dictionary": pa.array(["a", None] * 4).dictionary_encode(),
    "dictionary of numbers": pa.array([1.5, None] * 4).dictionary_encode(),
    "runs": pa.RunEndEncodedArray.from_arrays(pa.array([N], pa.int32()), pa.array([1.0])),
    "date": pa.array([datetime.date(2024, 1, 1)] * N),
    "late date": LATE,
    "late moment": pa.array([10**12] * N, pa.timestamp("s")),
    "nanoseconds": pa.array([1] * N, pa.timestamp("ns")),
    "zoned": pa.array([1] * N, pa.timestamp("us", "+05:30")),
    "time": pa.array([1] * N, pa.time64("ns")),
    "duration": pa.array([2**62] * N, pa.duration("s")),
    "interval": pa.array([pa.MonthDayNano([1, 2, 3])] * N),
    "list": pa.array([[1.0, None], None, [], [float("nan")]] * 2),
    "fixed list": pa.array([[1.0, 2.0]] * N, pa.list_(pa.float32(), 2)),
    "list of lists": pa.array([[[1], [2]]] * N),
    "list of late dates": pa.ListArray.from_arrays(list(range(N + 1)), LATE),
    "struct": pa.array([{"a": 1, "b": [1]}] * N),
    "struct of late dates": pa.StructArray.from_arrays([LATE], ["d"]),
    "map": pa.array([[("a", 1)]] * N, pa.map_(pa.string(), pa.int64())),
    "bytes": pa.array([b"\xff\x00"] * N),
    "fixed bytes": pa.array([b"ab"] * N, pa.binary(2)),
    "decimal": pa.array([Decimal("2.50")] * N),
    "wide decimal": pa.array([Decimal(10) ** 60] * N, pa.decimal256(70, 2)),
    "uuid": pa.array([b"\x00" * 16] * N, pa.uuid()),
}
KEYS = pa.table({"id": list(range(N)), "event time": [datetime.datetime(2024, 1, 1)] * N})
PLAIN = {
    "key:id": pa.array(range(N)),
    "at": pa.array([datetime.datetime(2024, 1, 1)] * N),
    "trained": pa.array([1.0] * N),
    "current": pa.array([1.0] * 6 + [2.0, None]),
    "in_trained": pa.array([True] * (N - 1) + [False]),
    "in_current": pa.array([True] * N),
    "ambiguous": pa.array([False] * N),
}


def of_log(trained: pa.Array, served: pa.Array):
    sides = pa.chunked_array([trained]), pa.chunked_array([served])
    return judge_feature("x", *sides, KEYS, LogParityParameters("t", "s", ["id"]))


def of_definition(**columns: pa.Array):
    rows, by = pa.table(PLAIN | columns), "c" if "slice" in columns else ""
    return definition_parity.judge(rows, ParityParameters(slice=by))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_is_equal_to_itself(name):
    feature = of_log(HOSTILE[name], HOSTILE[name])
    assert (feature.outcome, feature.mismatch_rate) == (Outcome.PASSED, 0.0)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_against_every_other_has_an_outcome(name):
    for other in HOSTILE.values():
        feature = of_log(HOSTILE[name], other)
        assert feature.outcome in (Outcome.PASSED, Outcome.FAILED)
        json.dumps(feature.content, allow_nan=False)
        report = of_definition(trained=HOSTILE[name], current=other)
        assert report.outcome == "failed"  # the last row is there on one side only
        json.dumps(report.content, allow_nan=False)


@pytest.mark.parametrize("place", ["key:id", "at", "slice"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_may_be_key_event_time_or_slice(name, place):
    report = of_definition(**{place: HOSTILE[name]})
    assert report.content["rows_that_differ"] == 2
    json.dumps(report.content, allow_nan=False)
