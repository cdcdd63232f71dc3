"""What Spark is asked for log parity; tests/neighbours/test_spark_connect.py holds a real one to the report over files."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import EngineFailed
from registry.compute.kinds.parity.log_in_spark import _is_known, _matched, _require_unique
from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.parity.log_run import LogParityInputs
from registry.compute.places.spark_tables import SparkTable
from registry.compute.stats.equality_rule import rule_of


def side(name: str) -> Side:
    return Side(SparkTable("lake", "sc://", exp.to_table(name), 60), "at", since=datetime(2024, 1, 1))


def inputs(**changed) -> LogParityInputs:
    parameters = LogParityParameters("trained", "served", ["id", "a b"], **changed)
    return LogParityInputs(side("trained"), side("served"), ["x", "y"], parameters)


@pytest.mark.parametrize(
    ("trained", "served", "is_known"),
    [
        (pa.int64(), pa.float64(), True),
        (pa.float32(), pa.float64(), True),
        (pa.decimal128(10, 2), pa.decimal128(12, 2), True),
        (pa.string(), pa.string(), True),
        (pa.timestamp("us"), pa.timestamp("us", tz="UTC"), True),
        (pa.list_(pa.float64()), pa.list_(pa.float64()), False),
        (pa.binary(), pa.binary(), False),
        (pa.decimal128(10, 2), pa.float64(), False),
    ],
)
def test_only_kinds_that_compare_there_as_here_are_compared(trained, served, is_known):
    assert _is_known(rule_of(trained, served)) is is_known


@pytest.mark.parametrize("match_by", [{"tolerance_s": 30}, {"match_by": "key"}])
def test_rows_are_matched_within_the_cut_by_every_column_of_the_key(match_by):
    tree = sqlglot.parse_one(_matched(inputs(**match_by)), dialect="spark")
    text = tree.sql("spark")
    assert text.count("WHERE CAST(`at` AS TIMESTAMP_NTZ) >= CAST('2024-01-01 00:00:00.000000' AS TIMESTAMP_NTZ)") == 2
    assert "t.k0 = s.k0 AND t.k1 = s.k1" in text
    assert ("<= 30000000" in text) is ("tolerance_s" in match_by)
    assert tree.named_selects == ["k0", "k1", "at", "t0", "s0", "t1", "s1"]


def test_a_key_that_repeats_is_named():
    with pytest.raises(EngineFailed, match=r"1,200 trained rows have a key \(id\) that repeats"):
        _require_unique(lambda sql: [(1200,)], side("trained"), "trained rows", ["id"])
    _require_unique(lambda sql: [(0,)], side("trained"), "trained rows", ["id"])
