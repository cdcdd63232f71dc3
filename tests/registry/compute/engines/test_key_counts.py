"""Counts of keys and expected columns."""

from datetime import datetime

from registry.compute.engines.key_counts import count, repeated
from tests.registry.compute.engines.sides import ODD, written


def test_keys_and_values_are_counted(duck, tmp_path):
    side = written(tmp_path / "k.parquet", {"k": [1, 1, 2, None], "s": ["a", "b", "x", None], "at": [None] * 4})
    assert count(duck, side, "k", distinct=True, allowed=None)[:3] == (4, 1, 2)
    assert count(duck, side, "k", distinct=False, allowed=None).distinct == 3
    assert count(duck, side, "s", distinct=False, allowed=["a", "b"]).not_allowed == {"x": 1}
    assert (repeated(duck, side, ["k"]), repeated(duck, side, ["k", "s"])) == (1, 0)


def test_repeats_are_counted_within_the_cut(duck, tmp_path):
    at = [datetime(2024, 1, day) for day in (1, 2, 2)]
    side = written(tmp_path / "k.parquet", {ODD: [1, 1, 1], "at": at})
    assert repeated(duck, side, [ODD]) == 2
    assert repeated(duck, side._replace(since=datetime(2024, 1, 2)), [ODD]) == 1
    assert repeated(duck, side._replace(since=datetime(2025, 1, 1)), [ODD]) == 0


def test_numbers_that_are_not_allowed_are_named_as_text_the_commonest_first(duck, tmp_path):
    side = written(tmp_path / "k.parquet", {"n": [1, 2, 3, 3, None], "at": [None] * 5})
    counts = count(duck, side, "n", distinct=True, allowed=[1])
    assert (counts.distinct, list(counts.not_allowed.items())) == (3, [("3", 2), ("2", 1)])
    assert count(duck, side, "n", distinct=True, allowed=[]).not_allowed == {"1": 1, "2": 1, "3": 2}
