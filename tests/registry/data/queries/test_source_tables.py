"""What is known of a source table."""

from __future__ import annotations

import pytest

from platform_site.errors import NotReady
from registry.data.actions.datasets import add_dataset
from registry.data.actions.source_tables import register_source_table
from registry.data.queries import source_tables
from registry.data.rules.source import Source


def test_a_table_without_a_data_set_has_no_known_columns(cora):
    register_source_table("bare", Source(None, ["x"], "at"), actor=cora)
    assert source_tables.bound("bare") is None
    assert source_tables.schema("bare") is None
    assert source_tables.schema("nobody") is None


def test_the_columns_of_the_newest_snapshot_need_no_files(orders, data_root):
    (data_root / "orders.parquet").unlink()
    assert list(source_tables.schema("orders").types) == ["order_id", "customer_id", "date", "order_count"]


def test_without_a_snapshot_the_files_are_read(orders, cora, data_root):
    add_dataset(name="fresh", kind="parquet", location="orders.parquet", actor=cora)
    register_source_table("fresh", Source("fresh", ["customer_id"], "date"), actor=cora)
    assert list(source_tables.schema("fresh").types) == ["order_id", "customer_id", "date", "order_count"]
    (data_root / "orders.parquet").write_bytes(b"not parquet")
    with pytest.raises(NotReady) as refused:
        source_tables.schema("fresh")
    assert refused.value.code == "dataset_unreadable"
