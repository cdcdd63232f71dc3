"""The orders of the original incident: 2,000 customers over 60 days, 5% of them null, the same each time."""

from __future__ import annotations

import pyarrow.compute
import pyarrow.parquet
import pytest

from platform_site.roof.demo import orders


def test_the_orders_are_as_described_and_the_same_each_time(tmp_path):
    orders.write(tmp_path / "a.parquet")
    orders.write(tmp_path / "b.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "a.parquet")
    assert table.equals(pyarrow.parquet.read_table(tmp_path / "b.parquet"))
    assert table.num_rows == 2_000 * 60
    assert len(pyarrow.compute.unique(table["customer_id"])) == 2_000
    assert table["order_count"].null_count / table.num_rows == pytest.approx(0.05, abs=0.005)
