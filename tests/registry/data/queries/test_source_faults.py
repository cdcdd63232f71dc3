"""Everything that is wrong with a description of a source table, at once."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.engines.row_source import Column
from registry.data.actions.datasets import add_dataset
from registry.data.queries.source_faults import column_faults, source_faults
from registry.data.rules.source import Source

SCHEMA = [Column("id", "int64"), Column("at", "date32[day]")]


def codes(name: str, source: Source) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in source_faults(name, source)]


@pytest.mark.parametrize(
    ("key", "event_time", "expected"),
    [
        ([], "", []),
        (["id"], "at", []),
        (["id", "gone"], "at", [("key", "unknown_column")]),
        (["x", "y"], "z", [("key", "unknown_column"), ("key", "unknown_column"), ("event_time", "unknown_column")]),
        (["ID"], "", [("key", "unknown_column")]),
    ],
)
def test_columns_that_a_schema_lacks(key, event_time, expected):
    assert [(fault.field, fault.code) for fault in column_faults(SCHEMA, key, event_time)] == expected


def test_a_missing_column_is_named_with_those_that_are_there():
    (fault,) = column_faults(SCHEMA, ["ids"], "", key_field="row_key")
    assert (fault.field, fault.message) == ("row_key", "The data has no column 'ids'. It has at, id.")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Source("orders", ["customer_id"], "date", ["order_id"]), []),
        (Source(None, ["customer_id"], "date"), []),
        (Source(None, [], "date"), [("entity_key", "missing")]),
        (Source("nowhere", [], "date"), [("entity_key", "missing"), ("dataset", "unknown")]),
        (
            Source("orders", ["customer"], "day", ["number"]),
            [("entity_key", "unknown_column"), ("event_time", "unknown_column"), ("row_key", "unknown_column")],
        ),
        (
            Source(None, ["x"], "", upstream={"kind": "magic", "dialect": "cobol"}),
            [("upstream.kind", "unknown"), ("upstream.dialect", "unknown")],
        ),
    ],
)
def test_every_fault_of_a_description(orders, source, expected):
    assert codes("orders", source) == expected


def test_files_that_cannot_be_read_are_a_fault_of_the_data_set(orders, data_root):
    (data_root / "orders.parquet").write_bytes(b"not parquet")
    assert codes("orders", Source("orders", ["customer_id"], "date")) == [("dataset", "unreadable")]


def test_columns_that_current_features_use_are_named(feature, cora, data_root):
    pq.write_table(pa.table({"customer_id": [1], "date": pa.array([0], pa.date32())}), data_root / "narrow.parquet")
    add_dataset(name="narrow", kind="parquet", location="narrow.parquet", actor=cora)
    source = Source("narrow", ["customer_id"], "date")
    (fault,) = source_faults("orders", source)
    assert (fault.field, fault.code) == ("dataset", "lacks_columns")
    assert "orders_3d uses order_count" in fault.message
    assert source_faults("another_table", source) == []
