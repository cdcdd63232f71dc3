"""The first rows of many that come in parts are those of a sort of all."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from registry.compute.kinds.parity.first_rows import FirstRows

ORDER = {"size": "descending", "id": "ascending"}


@pytest.mark.parametrize("batch", [1, 7, 5_000])
def test_they_are_those_of_a_sort_of_all_rows(batch):
    random = np.random.default_rng(5)
    rows = pa.table({"size": random.integers(0, 50, 10_000).astype(float), "id": random.permutation(10_000)})
    if batch == 1:
        rows = rows.slice(0, 300)
    first = FirstRows(20, ORDER)
    for begin in range(0, rows.num_rows, batch):
        first.add(rows.slice(begin, batch))
    assert first.table().to_pylist() == rows.sort_by([*ORDER.items()]).slice(0, 20).to_pylist()


def test_only_chosen_rows_count():
    first = FirstRows(2, ORDER)
    first.add(pa.table({"size": [9.0, 1.0], "id": [1, 2]}), np.array([False, True]))
    assert first.table().to_pydict() == {"size": [1.0], "id": [2]}


def test_fewer_rows_than_wanted_and_none():
    assert FirstRows(2, ORDER).table() is None
    first = FirstRows(2, ORDER)
    first.add(pa.table({"size": [1.0], "id": [1]}))
    assert first.table().num_rows == 1


def test_a_null_at_the_bound_shuts_nothing_out(monkeypatch):
    monkeypatch.setattr(FirstRows, "HELD", 1)
    first = FirstRows(2, ORDER)
    first.add(pa.table({"size": [None, None, None, None, None], "id": [1, 2, 3, 4, 5]}, schema=pa.schema([("size", pa.float64()), ("id", pa.int64())])))  # fmt: skip
    first.add(pa.table({"size": [1.0], "id": [6]}))
    assert first.table()["id"].to_pylist() == [6, 1]
