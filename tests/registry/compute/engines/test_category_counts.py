"""Categories of two sides, counted by the engine."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.engines.category_counts import Names, count_categories
from registry.compute.engines.duck import EngineFailed
from registry.compute.stats.columns.column import Column
from registry.compute.stats.distribution import compare_categorical
from tests.registry.compute.engines.test_numeric_columns import stores_of, written


def test_categories_are_those_counted_one_by_one(tmp_path):
    before, after = ["a", None, "b", "b", ""] * 3, ["a", "c", None, "b"]
    sides = written(tmp_path / "a.parquet", {"c": before}), written(tmp_path / "b.parquet", {"c": after})
    with stores_of(*sides, columns=["c", "gone"]) as (duck, stores):
        result = dict(count_categories(duck, stores, ["c", "gone"]))
    columns = [Column.of(np.array(row, dtype=object), [value is None for value in row]) for row in (before, after)]
    assert result["c"].comparison == compare_categorical(*columns)
    assert isinstance(result["gone"], EngineFailed)


def test_progress_is_reported_before_each_column_and_can_end_the_work(tmp_path):
    sides = [written(tmp_path / f"{name}.parquet", {"a": ["x"], "b": ["y"]}) for name in ("before", "after")]
    names = []

    def stop_at_b(name):
        names.append(name)
        if name == "b":
            raise KeyboardInterrupt

    with stores_of(*sides, columns=["a", "b"]) as (duck, stores), pytest.raises(KeyboardInterrupt):
        list(count_categories(duck, stores, ["a", "b"], on_progress=stop_at_b))
    assert names == ["a", "b"]


def test_names_are_converted_when_they_are_read():
    names = Names(pa.array(["a", None, "c"]))
    assert (len(names), names[2], names[np.int64(0)], list(names)) == (3, "c", "a", ["a", None, "c"])
