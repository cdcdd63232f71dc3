"""A column is read as it is compared: as it is, as somebody says, or as digests."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import opened
from registry.compute.engines.files import Files
from registry.compute.kinds.drift.side_values import read
from registry.compute.stats.comparison import ColumnKind

COLUMNS = {
    "amount": ["1,000", "2,500.5", None, "oops"],
    "code": [1, 2, None, 1],
    "vector": [[1.0, 2.0], [1.0, 2.0], None, [3.0]],
    "took": pa.array([timedelta(seconds=5), None, timedelta(0), timedelta(days=1)], pa.duration("ms")),
}


@pytest.fixture
def readers(tmp_path):
    path = tmp_path / "columns.parquet"
    parquet.write_table(pa.table(COLUMNS), path)
    with opened(memory_bytes=1 << 28) as duck:
        reader = Reader(duck, Side(Files(path, (path,), "parquet")))
        yield reader, reader


@pytest.mark.parametrize(
    ("name", "kinds", "kind", "values"),
    [
        ("amount", {}, ColumnKind.CATEGORICAL, COLUMNS["amount"]),
        ("amount", {"amount": "number"}, ColumnKind.NUMERIC, [1000.0, 2500.5, None, None]),
        ("amount", {"amount": "text"}, ColumnKind.TEXT, COLUMNS["amount"]),
        ("code", {}, ColumnKind.NUMERIC, COLUMNS["code"]),
        ("code", {"code": "category"}, ColumnKind.CATEGORICAL, ["1", "2", None, "1"]),
        ("took", {}, ColumnKind.NUMERIC, [timedelta(seconds=5), None, timedelta(0), timedelta(days=1)]),
    ],
)
def test_a_column_is_read_as_its_kind(readers, name, kinds, kind, values):
    result = read(readers, name, kinds)
    assert (result.kind, result.reference.to_pylist(), result.are_comparable) == (kind, values, True)


def test_text_that_is_no_number_is_counted(readers):
    assert read(readers, "amount", {"amount": "number"}).unreadable == (1, 1)
    assert read(readers, "amount", {}).unreadable == (0, 0)


def test_values_without_an_order_are_read_as_digests_and_keep_their_types(readers):
    result = read(readers, "vector", {})
    first, second, missing, other = result.reference.to_pylist()
    assert first == second
    assert (missing, first != other, len(first)) == (None, True, 32)
    assert (result.kind, result.types[0]) == (ColumnKind.OTHER, pa.list_(pa.float64()))
