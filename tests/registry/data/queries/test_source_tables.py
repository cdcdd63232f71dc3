"""What is known of a source table."""

from __future__ import annotations

import pytest

from platform_site.errors import NotReady
from registry.data.actions.datasets import add_dataset, save_source_table
from registry.data.queries import source_tables


def test_a_table_without_a_data_set_has_no_known_columns(cora):
    save_source_table(name="bare", dataset=None, entity_key=["x"], event_time="at", actor=cora)
    assert source_tables.bound("bare") is None
    assert source_tables.columns("bare") is None
    assert source_tables.columns("nobody") is None


def test_the_columns_of_the_newest_snapshot_need_no_files(orders, data_root):
    (data_root / "orders.parquet").unlink()
    assert source_tables.columns("orders") == ["order_id", "customer_id", "date", "order_count"]


def test_without_a_snapshot_the_files_are_read(orders, cora, data_root):
    dataset = add_dataset(name="fresh", kind="parquet", location="orders.parquet", actor=cora)
    save_source_table(name="fresh", dataset=dataset, entity_key=["customer_id"], event_time="date", actor=cora)
    assert source_tables.columns("fresh") == ["order_id", "customer_id", "date", "order_count"]
    (data_root / "orders.parquet").write_bytes(b"not parquet")
    with pytest.raises(NotReady) as refused:
        source_tables.columns("fresh")
    assert refused.value.code == "dataset_unreadable"
